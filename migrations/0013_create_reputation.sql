CREATE TABLE "reputation_bans" (
	"community_id" integer NOT NULL,
	"user_key" text NOT NULL,
	"entity_id" text NOT NULL,
	"score" numeric(7, 4) NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	"is_settled" boolean DEFAULT false NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_try_at" timestamp with time zone DEFAULT now() NOT NULL,
	"problem" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "reputation_bans_community_id_user_key_entity_id_pk" PRIMARY KEY("community_id","user_key","entity_id")
);
--> statement-breakpoint
CREATE TABLE "reputation_config" (
	"community_id" integer PRIMARY KEY NOT NULL,
	"point_rules" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"weights" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"is_premium" boolean DEFAULT false NOT NULL,
	"auto_ban" boolean DEFAULT false NOT NULL,
	"ban_threshold" integer DEFAULT 450 NOT NULL,
	"risk_buffer" integer DEFAULT 50 NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "reputation_config_threshold" CHECK ("reputation_config"."ban_threshold" BETWEEN 300 AND 850)
);
--> statement-breakpoint
CREATE TABLE "reputation_events" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "reputation_events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"community_id" integer NOT NULL,
	"user_key" text NOT NULL,
	"event_key" text NOT NULL,
	"event_name" text NOT NULL,
	"units" bigint NOT NULL,
	"points" bigint NOT NULL,
	"previous_points" bigint NOT NULL,
	"new_points" bigint NOT NULL,
	"score_change" numeric(16, 4) NOT NULL,
	"previous_score" numeric(7, 4) NOT NULL,
	"new_score" numeric(7, 4) NOT NULL,
	"reason" text,
	"occurred_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reputation_scores" (
	"community_id" integer NOT NULL,
	"user_key" text NOT NULL,
	"score" numeric(7, 4) NOT NULL,
	"previous_score" numeric(7, 4) NOT NULL,
	"total_events" bigint NOT NULL,
	"last_activity" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "reputation_scores_community_id_user_key_pk" PRIMARY KEY("community_id","user_key"),
	CONSTRAINT "reputation_scores_bounds" CHECK ("reputation_scores"."score" BETWEEN 300 AND 850)
);
--> statement-breakpoint
ALTER TABLE "reputation_bans" ADD CONSTRAINT "reputation_bans_community_id_communities_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."communities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reputation_bans" ADD CONSTRAINT "reputation_bans_entity_id_servers_entity_id_fk" FOREIGN KEY ("entity_id") REFERENCES "public"."servers"("entity_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reputation_config" ADD CONSTRAINT "reputation_config_community_id_communities_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."communities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reputation_events" ADD CONSTRAINT "reputation_events_community_id_communities_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."communities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reputation_scores" ADD CONSTRAINT "reputation_scores_community_id_communities_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."communities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "reputation_bans_due" ON "reputation_bans" USING btree ("next_try_at") WHERE NOT is_settled;--> statement-breakpoint
CREATE UNIQUE INDEX "reputation_events_once" ON "reputation_events" USING btree ("community_id","user_key","event_key");--> statement-breakpoint
CREATE INDEX "reputation_events_person" ON "reputation_events" USING btree ("community_id","user_key","id");--> statement-breakpoint
CREATE INDEX "reputation_scores_board" ON "reputation_scores" USING btree ("community_id","score","user_key");--> statement-breakpoint
CREATE INDEX "community_activity_board" ON "community_activity" USING btree ("community_id","points","user_key");--> statement-breakpoint
-- A score after one deed and the ones before it: it never leaves 300 to 850, not even for a moment.
CREATE FUNCTION "reputation_step"("score" numeric, "change" numeric, "start" numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT least(850, greatest(300, coalesce("score", "start") + "change")) $$;
--> statement-breakpoint
CREATE AGGREGATE "reputation_walk"(numeric, numeric) (SFUNC = "reputation_step", STYPE = numeric, PARALLEL = SAFE);
