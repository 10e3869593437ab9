CREATE TABLE "hub_users" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "hub_users_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"username" text NOT NULL,
	"display_name" text NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "hub_users_username_unique" UNIQUE("username")
);
--> statement-breakpoint
CREATE TABLE "platform_identities" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "platform_identities_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"hub_user_id" integer NOT NULL,
	"platform" text NOT NULL,
	"platform_user_id" text NOT NULL,
	"platform_username" text NOT NULL,
	"linked_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "collector_modules" (
	"module_name" text PRIMARY KEY NOT NULL,
	"module_version" text NOT NULL,
	"platform" text NOT NULL,
	"endpoint_url" text NOT NULL,
	"health_check_url" text NOT NULL,
	"status" text DEFAULT 'active' NOT NULL,
	"config" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"last_heartbeat" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "gateway_activations" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "gateway_activations_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"entity_id" text NOT NULL,
	"activated_by" text NOT NULL,
	"activated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "legacy_reputation_events" (
	"id" text PRIMARY KEY NOT NULL,
	"community_id" integer NOT NULL,
	"user_key" text NOT NULL,
	"activity_type" text NOT NULL,
	"points" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "platform_identities" ADD CONSTRAINT "platform_identities_hub_user_id_hub_users_id_fk" FOREIGN KEY ("hub_user_id") REFERENCES "public"."hub_users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gateway_activations" ADD CONSTRAINT "gateway_activations_entity_id_servers_entity_id_fk" FOREIGN KEY ("entity_id") REFERENCES "public"."servers"("entity_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "legacy_reputation_events" ADD CONSTRAINT "legacy_reputation_events_community_id_communities_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."communities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "platform_identities_account" ON "platform_identities" USING btree ("platform","platform_user_id");--> statement-breakpoint
CREATE INDEX "platform_identities_person" ON "platform_identities" USING btree ("hub_user_id");--> statement-breakpoint
CREATE INDEX "gateway_activations_entity" ON "gateway_activations" USING btree ("entity_id","activated_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "legacy_reputation_events_person" ON "legacy_reputation_events" USING btree ("community_id","user_key");