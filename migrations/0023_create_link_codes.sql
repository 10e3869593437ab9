CREATE TABLE "hub_deletions" (
	"id" text PRIMARY KEY NOT NULL,
	"hub_user_id" integer NOT NULL,
	"user_ids" integer[] NOT NULL,
	"user_keys" text[] NOT NULL,
	"steps" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"requested_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "hub_deletions_hub_user_id_unique" UNIQUE("hub_user_id"),
	CONSTRAINT "hub_deletions_forgotten" CHECK ("hub_deletions"."finished_at" IS NULL OR cardinality("hub_deletions"."user_keys") = 0)
);
--> statement-breakpoint
CREATE TABLE "link_codes" (
	"hub_user_id" integer NOT NULL,
	"platform" text NOT NULL,
	"platform_user_id" text NOT NULL,
	"platform_username" text NOT NULL,
	"asked_by" text NOT NULL,
	"entity_id" text NOT NULL,
	"code_hash" text,
	"status" text DEFAULT 'wanted' NOT NULL,
	"problem" text,
	"wrong_attempts" integer DEFAULT 0 NOT NULL,
	"asks" integer DEFAULT 1 NOT NULL,
	"day_began" timestamp with time zone DEFAULT now() NOT NULL,
	"asked_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone,
	CONSTRAINT "link_codes_hub_user_id_platform_pk" PRIMARY KEY("hub_user_id","platform"),
	CONSTRAINT "link_codes_status" CHECK ("link_codes"."status" IN ('wanted', 'sending', 'sent', 'failed', 'completed', 'expired', 'exhausted'))
);
--> statement-breakpoint
ALTER TABLE "hub_users" ADD COLUMN "bio" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "hub_users" ADD COLUMN "visibility" text DEFAULT 'communities' NOT NULL;--> statement-breakpoint
ALTER TABLE "link_codes" ADD CONSTRAINT "link_codes_hub_user_id_hub_users_id_fk" FOREIGN KEY ("hub_user_id") REFERENCES "public"."hub_users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "hub_deletions_open" ON "hub_deletions" USING btree ("requested_at") WHERE finished_at IS NULL;--> statement-breakpoint
CREATE INDEX "link_codes_account" ON "link_codes" USING btree ("platform","platform_user_id");--> statement-breakpoint
CREATE INDEX "link_codes_waiting" ON "link_codes" USING btree ("asked_at") WHERE status IN ('wanted', 'sending', 'sent');--> statement-breakpoint
CREATE INDEX "community_activity_names" ON "community_activity" USING btree ("community_id",lower("user_name"));