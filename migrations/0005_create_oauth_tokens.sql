CREATE TABLE "oauth_tokens" (
	"community_id" integer NOT NULL,
	"provider" text NOT NULL,
	"account_id" text NOT NULL,
	"access_token_enc" text NOT NULL,
	"refresh_token_enc" text,
	"scopes" text[] DEFAULT '{}' NOT NULL,
	"expires_at" timestamp with time zone,
	"status" text DEFAULT 'active' NOT NULL,
	"kid" text NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "oauth_tokens_community_id_provider_account_id_pk" PRIMARY KEY("community_id","provider","account_id"),
	CONSTRAINT "oauth_tokens_status" CHECK ("oauth_tokens"."status" in ('active', 'reauth_required', 'revoked'))
);
--> statement-breakpoint
ALTER TABLE "oauth_tokens" ADD CONSTRAINT "oauth_tokens_community_id_communities_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."communities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "oauth_tokens_kid" ON "oauth_tokens" USING btree ("kid");--> statement-breakpoint
CREATE INDEX "oauth_tokens_trouble" ON "oauth_tokens" USING btree ("community_id") WHERE status <> 'active';