CREATE TABLE "oauth_data_keys" (
	"community_id" integer NOT NULL,
	"provider" text NOT NULL,
	"kid" text NOT NULL,
	"wrapped" text NOT NULL,
	CONSTRAINT "oauth_data_keys_community_id_provider_kid_pk" PRIMARY KEY("community_id","provider","kid")
);
--> statement-breakpoint
CREATE TABLE "oauth_states" (
	"state_hash" text PRIMARY KEY NOT NULL,
	"browser_hash" text NOT NULL,
	"provider" text NOT NULL,
	"role" text NOT NULL,
	"community_id" integer NOT NULL,
	"principal" text NOT NULL,
	"code_verifier" text,
	"return_path" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "websub_leases" (
	"channel_id" text PRIMARY KEY NOT NULL,
	"asked_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ends_at" timestamp with time zone,
	"problem" text
);
--> statement-breakpoint
ALTER TABLE "oauth_tokens" DROP CONSTRAINT "oauth_tokens_community_id_provider_account_id_pk";--> statement-breakpoint
ALTER TABLE "oauth_tokens" ADD COLUMN "role" text NOT NULL;--> statement-breakpoint
ALTER TABLE "oauth_tokens" ADD CONSTRAINT "oauth_tokens_community_id_provider_role_account_id_pk" PRIMARY KEY("community_id","provider","role","account_id");--> statement-breakpoint
ALTER TABLE "oauth_tokens" ADD COLUMN "account_name" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "oauth_tokens" ADD COLUMN "problem" text;--> statement-breakpoint
ALTER TABLE "oauth_data_keys" ADD CONSTRAINT "oauth_data_keys_community_id_communities_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."communities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "oauth_states" ADD CONSTRAINT "oauth_states_community_id_communities_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."communities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "oauth_states_expiry" ON "oauth_states" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "oauth_tokens_account" ON "oauth_tokens" USING btree ("provider","account_id");--> statement-breakpoint
ALTER TABLE "oauth_tokens" ADD CONSTRAINT "oauth_tokens_role" CHECK ("oauth_tokens"."role" in ('bot', 'owner'));