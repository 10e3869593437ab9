CREATE TABLE "timers" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "timers_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"community_id" integer NOT NULL,
	"entity_id" text NOT NULL,
	"cron" text,
	"interval_seconds" integer,
	"timezone" text DEFAULT 'UTC' NOT NULL,
	"action" text NOT NULL,
	"payload" text NOT NULL,
	"is_enabled" boolean DEFAULT true NOT NULL,
	"only_when_live" boolean DEFAULT false NOT NULL,
	"min_lines" integer DEFAULT 0 NOT NULL,
	"role" text NOT NULL,
	"makers" text[] DEFAULT '{}' NOT NULL,
	"since" timestamp with time zone DEFAULT now() NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "timers_schedule" CHECK (num_nonnulls("timers"."cron", "timers"."interval_seconds") = 1),
	CONSTRAINT "timers_action" CHECK ("timers"."action" IN ('message', 'command'))
);
--> statement-breakpoint
CREATE TABLE "outgoing_webhooks" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "outgoing_webhooks_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"community_id" integer NOT NULL,
	"url" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"event_types" text[] DEFAULT '{}' NOT NULL,
	"verified_at" timestamp with time zone,
	"is_enabled" boolean DEFAULT true NOT NULL,
	"disabled_because" text,
	"key_number" integer DEFAULT 1 NOT NULL,
	"previous_key_until" timestamp with time zone,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "timers" ADD CONSTRAINT "timers_community_id_communities_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."communities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "timers" ADD CONSTRAINT "timers_entity_id_servers_entity_id_fk" FOREIGN KEY ("entity_id") REFERENCES "public"."servers"("entity_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outgoing_webhooks" ADD CONSTRAINT "outgoing_webhooks_community_id_communities_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."communities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "timers_entity" ON "timers" USING btree ("entity_id");--> statement-breakpoint
CREATE INDEX "timers_community" ON "timers" USING btree ("community_id","id");--> statement-breakpoint
CREATE INDEX "outgoing_webhooks_community" ON "outgoing_webhooks" USING btree ("community_id","id");