CREATE TABLE "hub_passwords" (
	"hub_user_id" integer PRIMARY KEY NOT NULL,
	"hash" text NOT NULL,
	"must_change" boolean DEFAULT false NOT NULL,
	"expires_at" timestamp with time zone,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "hub_registrations" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"display_name" text NOT NULL,
	"password_hash" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "hub_sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"hub_user_id" integer NOT NULL,
	"user_agent" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ends_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "hub_sign_ins" (
	"state_hash" text PRIMARY KEY NOT NULL,
	"browser_hash" text NOT NULL,
	"provider" text NOT NULL,
	"hub_user_id" integer,
	"code_verifier" text,
	"return_path" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "hub_totp" (
	"hub_user_id" integer PRIMARY KEY NOT NULL,
	"secret" text NOT NULL,
	"confirmed_at" timestamp with time zone,
	"last_step" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "hub_totp_step" CHECK ("hub_totp"."last_step" >= 0)
);
--> statement-breakpoint
ALTER TABLE "hub_users" ADD COLUMN "avatar_url" text;--> statement-breakpoint
ALTER TABLE "hub_users" ADD COLUMN "email" text;--> statement-breakpoint
ALTER TABLE "hub_users" ADD COLUMN "is_super_admin" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "platform_identities" ADD COLUMN "method" text DEFAULT 'given' NOT NULL;--> statement-breakpoint
ALTER TABLE "platform_identities" ADD COLUMN "is_primary" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "platform_identities" ADD COLUMN "visibility" text DEFAULT 'communities' NOT NULL;--> statement-breakpoint
ALTER TABLE "hub_passwords" ADD CONSTRAINT "hub_passwords_hub_user_id_hub_users_id_fk" FOREIGN KEY ("hub_user_id") REFERENCES "public"."hub_users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "hub_sessions" ADD CONSTRAINT "hub_sessions_hub_user_id_hub_users_id_fk" FOREIGN KEY ("hub_user_id") REFERENCES "public"."hub_users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "hub_sign_ins" ADD CONSTRAINT "hub_sign_ins_hub_user_id_hub_users_id_fk" FOREIGN KEY ("hub_user_id") REFERENCES "public"."hub_users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "hub_totp" ADD CONSTRAINT "hub_totp_hub_user_id_hub_users_id_fk" FOREIGN KEY ("hub_user_id") REFERENCES "public"."hub_users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "hub_registrations_end" ON "hub_registrations" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "hub_sessions_person" ON "hub_sessions" USING btree ("hub_user_id");--> statement-breakpoint
CREATE INDEX "hub_sessions_end" ON "hub_sessions" USING btree ("ends_at");--> statement-breakpoint
CREATE INDEX "hub_sign_ins_end" ON "hub_sign_ins" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "hub_users_email" ON "hub_users" USING btree ("email");--> statement-breakpoint
CREATE UNIQUE INDEX "platform_identities_primary" ON "platform_identities" USING btree ("hub_user_id") WHERE is_primary;