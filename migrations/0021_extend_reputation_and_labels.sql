ALTER TABLE "entity_groups" DROP CONSTRAINT "entity_groups_kind";--> statement-breakpoint
ALTER TABLE "entity_group_members" ADD COLUMN "via" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
CREATE INDEX "activity_flushes_age" ON "activity_flushes" USING btree ("flushed_at");--> statement-breakpoint
CREATE INDEX "legacy_reputation_events_age" ON "legacy_reputation_events" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "reputation_events_age" ON "reputation_events" USING btree ("occurred_at");--> statement-breakpoint
ALTER TABLE "entity_groups" ADD CONSTRAINT "entity_groups_kind" CHECK ("entity_groups"."kind" IN ('discord_role', 'slack_user_group', 'twitch_mod', 'twitch_vip'));--> statement-breakpoint
UPDATE "entity_group_members" SET "via" = ARRAY["user_key"] WHERE "reason" = 'auto_label' AND "via" = '{}';