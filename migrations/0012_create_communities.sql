CREATE TABLE "community_invitation_uses" (
	"invitation_id" integer NOT NULL,
	"user_key" text NOT NULL,
	"used_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "community_invitation_uses_invitation_id_user_key_pk" PRIMARY KEY("invitation_id","user_key")
);
--> statement-breakpoint
CREATE TABLE "community_invitations" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "community_invitations_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"community_id" integer NOT NULL,
	"code_hash" text NOT NULL,
	"max_uses" integer NOT NULL,
	"uses" integer DEFAULT 0 NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"revoked_at" timestamp with time zone,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "community_invitations_code_hash_unique" UNIQUE("code_hash"),
	CONSTRAINT "community_invitations_uses" CHECK ("community_invitations"."uses" BETWEEN 0 AND "community_invitations"."max_uses")
);
--> statement-breakpoint
CREATE TABLE "community_join_requests" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "community_join_requests_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"community_id" integer NOT NULL,
	"user_key" text NOT NULL,
	"message" text DEFAULT '' NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"decided_by" text,
	"decided_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "community_join_requests_status" CHECK ("community_join_requests"."status" IN ('pending', 'approved', 'rejected'))
);
--> statement-breakpoint
ALTER TABLE "communities" ADD COLUMN "name_key" text;--> statement-breakpoint
ALTER TABLE "communities" ADD COLUMN "description" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "communities" ADD COLUMN "type" text DEFAULT 'creator' NOT NULL;--> statement-breakpoint
ALTER TABLE "communities" ADD COLUMN "join_mode" text DEFAULT 'open' NOT NULL;--> statement-breakpoint
ALTER TABLE "communities" ADD COLUMN "theme" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "communities" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "communities" ADD COLUMN "created_by" text DEFAULT 'system' NOT NULL;--> statement-breakpoint
ALTER TABLE "communities" ADD COLUMN "updated_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "community_invitation_uses" ADD CONSTRAINT "community_invitation_uses_invitation_id_community_invitations_id_fk" FOREIGN KEY ("invitation_id") REFERENCES "public"."community_invitations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "community_invitations" ADD CONSTRAINT "community_invitations_community_id_communities_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."communities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "community_join_requests" ADD CONSTRAINT "community_join_requests_community_id_communities_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."communities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "community_invitations_community" ON "community_invitations" USING btree ("community_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "community_join_requests_waiting" ON "community_join_requests" USING btree ("community_id","user_key") WHERE status = 'pending';--> statement-breakpoint
CREATE INDEX "community_join_requests_community" ON "community_join_requests" USING btree ("community_id","status","id");--> statement-breakpoint
CREATE UNIQUE INDEX "communities_name" ON "communities" USING btree ("name_key") WHERE is_active;