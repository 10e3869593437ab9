CREATE TABLE "config_versions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "config_versions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"community_id" integer NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"actor" text NOT NULL,
	"request_id" text,
	"kind" text NOT NULL,
	"object_id" text NOT NULL,
	"origin" text DEFAULT 'change' NOT NULL,
	"undoes" bigint,
	"before" jsonb,
	"after" jsonb,
	CONSTRAINT "config_versions_origin" CHECK ("config_versions"."origin" IN ('change', 'undo', 'import')),
	CONSTRAINT "config_versions_change" CHECK ("config_versions"."before" IS DISTINCT FROM "config_versions"."after")
);
--> statement-breakpoint
CREATE TABLE "member_notes" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "member_notes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"community_id" integer NOT NULL,
	"user_key" text NOT NULL,
	"text" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "config_versions" ADD CONSTRAINT "config_versions_community_id_communities_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."communities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "member_notes" ADD CONSTRAINT "member_notes_community_id_communities_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."communities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "config_versions_community" ON "config_versions" USING btree ("community_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "config_versions_object" ON "config_versions" USING btree ("community_id","kind","object_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "member_notes_person" ON "member_notes" USING btree ("community_id","user_key","id");