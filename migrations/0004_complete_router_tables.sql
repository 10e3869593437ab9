CREATE TABLE "command_permissions" (
	"entity_id" text NOT NULL,
	"command_id" integer NOT NULL,
	"is_enabled" boolean NOT NULL,
	CONSTRAINT "command_permissions_entity_id_command_id_pk" PRIMARY KEY("entity_id","command_id")
);
--> statement-breakpoint
CREATE TABLE "community_memberships" (
	"community_id" integer NOT NULL,
	"user_key" text NOT NULL,
	"joined_at" timestamp with time zone DEFAULT now() NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	CONSTRAINT "community_memberships_community_id_user_key_pk" PRIMARY KEY("community_id","user_key")
);
--> statement-breakpoint
CREATE TABLE "entity_roles" (
	"entity_id" text NOT NULL,
	"user_key" text NOT NULL,
	"role" text NOT NULL,
	"assigned_by" text NOT NULL,
	"assigned_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "entity_roles_entity_id_user_key_pk" PRIMARY KEY("entity_id","user_key")
);
--> statement-breakpoint
CREATE TABLE "module_responses" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "module_responses_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"execution_id" text NOT NULL,
	"session_id" text NOT NULL,
	"community_id" integer,
	"module_name" text NOT NULL,
	"success" boolean NOT NULL,
	"response_action" text NOT NULL,
	"response_data" jsonb NOT NULL,
	"error_message" text,
	"processing_time_ms" integer,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "string_rules" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "string_rules_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"community_id" integer NOT NULL,
	"entity_ids" text[] DEFAULT '{}' NOT NULL,
	"pattern" text NOT NULL,
	"match_type" text NOT NULL,
	"case_sensitive" boolean DEFAULT false NOT NULL,
	"fold_look_alikes" boolean DEFAULT false NOT NULL,
	"is_shadow" boolean DEFAULT false NOT NULL,
	"action" text NOT NULL,
	"command_to_execute" text,
	"command_parameters" text[] DEFAULT '{}' NOT NULL,
	"webhook_url" text,
	"warning_message" text,
	"block_message" text,
	"priority" integer DEFAULT 100 NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	"switched_off_because" text,
	"match_count" bigint DEFAULT 0 NOT NULL,
	"last_matched" timestamp with time zone,
	"shadow_count" bigint DEFAULT 0 NOT NULL,
	"last_shadow_text" text,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "command_executions" ADD COLUMN "retry_count" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "commands" ADD COLUMN "category" text DEFAULT 'general' NOT NULL;--> statement-breakpoint
ALTER TABLE "commands" ADD COLUMN "role_cooldowns" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "commands" ADD COLUMN "rate_limit_per_minute" integer DEFAULT 60 NOT NULL;--> statement-breakpoint
ALTER TABLE "commands" ADD COLUMN "point_cost" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "commands" ADD COLUMN "trigger_type" text DEFAULT 'command' NOT NULL;--> statement-breakpoint
ALTER TABLE "commands" ADD COLUMN "event_types" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "commands" ADD COLUMN "priority" integer DEFAULT 100 NOT NULL;--> statement-breakpoint
ALTER TABLE "commands" ADD COLUMN "execution_mode" text DEFAULT 'sequential' NOT NULL;--> statement-breakpoint
ALTER TABLE "commands" ADD COLUMN "target" jsonb;--> statement-breakpoint
ALTER TABLE "commands" ADD COLUMN "timeout_seconds" integer DEFAULT 30 NOT NULL;--> statement-breakpoint
ALTER TABLE "commands" ADD COLUMN "version" text DEFAULT '1.0' NOT NULL;--> statement-breakpoint
ALTER TABLE "commands" ADD COLUMN "usage_count" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "commands" ADD COLUMN "last_used_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "command_permissions" ADD CONSTRAINT "command_permissions_command_id_commands_id_fk" FOREIGN KEY ("command_id") REFERENCES "public"."commands"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "community_memberships" ADD CONSTRAINT "community_memberships_community_id_communities_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."communities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "string_rules" ADD CONSTRAINT "string_rules_community_id_communities_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."communities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "module_responses_execution" ON "module_responses" USING btree ("execution_id");--> statement-breakpoint
CREATE INDEX "module_responses_recent" ON "module_responses" USING btree ("created_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "string_rules_active" ON "string_rules" USING btree ("community_id","priority") WHERE is_active;