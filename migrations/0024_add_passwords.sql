CREATE TABLE "hub_password_resets" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"hub_user_id" integer NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "hub_recovery_codes" (
	"hub_user_id" integer NOT NULL,
	"code_hash" text NOT NULL,
	CONSTRAINT "hub_recovery_codes_hub_user_id_code_hash_pk" PRIMARY KEY("hub_user_id","code_hash")
);
--> statement-breakpoint
CREATE TABLE "portal_access" (
	"community_id" integer NOT NULL,
	"hub_user_id" integer NOT NULL,
	"added_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "portal_access_community_id_hub_user_id_pk" PRIMARY KEY("community_id","hub_user_id")
);
--> statement-breakpoint
ALTER TABLE "hub_password_resets" ADD CONSTRAINT "hub_password_resets_hub_user_id_hub_users_id_fk" FOREIGN KEY ("hub_user_id") REFERENCES "public"."hub_users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "hub_recovery_codes" ADD CONSTRAINT "hub_recovery_codes_hub_user_id_hub_users_id_fk" FOREIGN KEY ("hub_user_id") REFERENCES "public"."hub_users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "portal_access" ADD CONSTRAINT "portal_access_community_id_communities_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."communities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "portal_access" ADD CONSTRAINT "portal_access_hub_user_id_hub_users_id_fk" FOREIGN KEY ("hub_user_id") REFERENCES "public"."hub_users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "hub_password_resets_person" ON "hub_password_resets" USING btree ("hub_user_id");--> statement-breakpoint
CREATE INDEX "hub_password_resets_end" ON "hub_password_resets" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "portal_access_person" ON "portal_access" USING btree ("hub_user_id");