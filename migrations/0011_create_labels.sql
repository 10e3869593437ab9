CREATE TABLE "entity_group_members" (
	"group_id" integer NOT NULL,
	"user_key" text NOT NULL,
	"community_id" integer NOT NULL,
	"reason" text NOT NULL,
	"is_wanted" boolean DEFAULT true NOT NULL,
	"is_settled" boolean DEFAULT false NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_try_at" timestamp with time zone DEFAULT now() NOT NULL,
	"problem" text,
	"expires_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "entity_group_members_group_id_user_key_pk" PRIMARY KEY("group_id","user_key"),
	CONSTRAINT "entity_group_members_reason" CHECK ("entity_group_members"."reason" IN ('manual', 'auto_label', 'auto_rule'))
);
--> statement-breakpoint
CREATE TABLE "entity_groups" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "entity_groups_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"community_id" integer NOT NULL,
	"name" text NOT NULL,
	"entity_id" text NOT NULL,
	"platform" text NOT NULL,
	"kind" text NOT NULL,
	"role_id" text,
	"label_id" integer,
	"is_active" boolean DEFAULT true NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "entity_groups_kind" CHECK ("entity_groups"."kind" IN ('discord_role', 'twitch_mod', 'twitch_vip'))
);
--> statement-breakpoint
CREATE TABLE "entity_labels" (
	"community_id" integer NOT NULL,
	"entity_type" text NOT NULL,
	"entity_id" text NOT NULL,
	"label_id" integer NOT NULL,
	"applied_by" text NOT NULL,
	"applied_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone,
	"metadata" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "entity_labels_community_id_entity_type_entity_id_label_id_pk" PRIMARY KEY("community_id","entity_type","entity_id","label_id")
);
--> statement-breakpoint
CREATE TABLE "labels" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "labels_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"community_id" integer,
	"category" text NOT NULL,
	"name" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"color" text DEFAULT '#000000' NOT NULL,
	"icon" text,
	"is_system" boolean DEFAULT false NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "labels_system" CHECK ("labels"."is_system" OR "labels"."community_id" IS NOT NULL)
);
--> statement-breakpoint
ALTER TABLE "entity_group_members" ADD CONSTRAINT "entity_group_members_community_id_communities_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."communities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "entity_group_members" ADD CONSTRAINT "entity_group_members_group_id_entity_groups_id_fk" FOREIGN KEY ("group_id") REFERENCES "public"."entity_groups"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "entity_groups" ADD CONSTRAINT "entity_groups_community_id_communities_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."communities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "entity_groups" ADD CONSTRAINT "entity_groups_entity_id_servers_entity_id_fk" FOREIGN KEY ("entity_id") REFERENCES "public"."servers"("entity_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "entity_groups" ADD CONSTRAINT "entity_groups_label_id_labels_id_fk" FOREIGN KEY ("label_id") REFERENCES "public"."labels"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "entity_labels" ADD CONSTRAINT "entity_labels_community_id_communities_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."communities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "entity_labels" ADD CONSTRAINT "entity_labels_label_id_labels_id_fk" FOREIGN KEY ("label_id") REFERENCES "public"."labels"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "labels" ADD CONSTRAINT "labels_community_id_communities_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."communities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "entity_group_members_due" ON "entity_group_members" USING btree ("next_try_at") WHERE NOT is_settled;--> statement-breakpoint
CREATE INDEX "entity_group_members_expiry" ON "entity_group_members" USING btree ("expires_at") WHERE expires_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX "entity_groups_community" ON "entity_groups" USING btree ("community_id","id");--> statement-breakpoint
CREATE INDEX "entity_groups_label" ON "entity_groups" USING btree ("label_id") WHERE is_active;--> statement-breakpoint
CREATE INDEX "entity_labels_holders" ON "entity_labels" USING btree ("label_id","community_id","entity_id");--> statement-breakpoint
CREATE INDEX "entity_labels_expiry" ON "entity_labels" USING btree ("expires_at") WHERE expires_at IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "labels_name" ON "labels" USING btree (coalesce("community_id", 0),"category",lower("name")) WHERE is_active;--> statement-breakpoint
CREATE INDEX "labels_deleted" ON "labels" USING btree ("id") WHERE NOT is_active;--> statement-breakpoint
INSERT INTO "labels" ("category", "name", "description", "is_system", "created_by") VALUES
	('user', 'memories', 'May add and change quotes, bookmarks and reminders', true, 'system'),
	('user', 'event-autoapprove', 'Events of this person are approved at once', true, 'system')
ON CONFLICT DO NOTHING;
