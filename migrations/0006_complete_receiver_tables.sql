CREATE TABLE "platform_activities" (
	"id" text PRIMARY KEY NOT NULL,
	"entity_id" text NOT NULL,
	"event_id" text NOT NULL,
	"community_id" integer NOT NULL,
	"platform" text NOT NULL,
	"activity_type" text NOT NULL,
	"user_key" text NOT NULL,
	"user_name" text NOT NULL,
	"amount" bigint,
	"context_sent" boolean NOT NULL,
	"occurred_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "platform_events" (
	"id" text PRIMARY KEY NOT NULL,
	"entity_id" text NOT NULL,
	"event_id" text NOT NULL,
	"community_id" integer NOT NULL,
	"platform" text NOT NULL,
	"type" text NOT NULL,
	"platform_ids" jsonb NOT NULL,
	"event_data" jsonb NOT NULL,
	"processed" boolean NOT NULL,
	"occurred_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "execution_totals" (
	"community_id" integer PRIMARY KEY NOT NULL,
	"executions" bigint DEFAULT 0 NOT NULL,
	"commands" bigint DEFAULT 0 NOT NULL,
	"commands_successful" bigint DEFAULT 0 NOT NULL,
	"commands_failed" bigint DEFAULT 0 NOT NULL,
	"rate_limited" bigint DEFAULT 0 NOT NULL,
	"command_ms" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
ALTER TABLE "servers" ADD COLUMN "webhook_url" text;--> statement-breakpoint
ALTER TABLE "servers" ADD COLUMN "last_activity" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "servers" ADD COLUMN "updated_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "module_responses" ADD COLUMN "idempotency_key" text;--> statement-breakpoint
CREATE INDEX "platform_activities_recent" ON "platform_activities" USING btree ("community_id","occurred_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "platform_activities_age" ON "platform_activities" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "platform_events_recent" ON "platform_events" USING btree ("community_id","occurred_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "platform_events_age" ON "platform_events" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "command_executions_time" ON "command_executions" USING btree ("executed_at");--> statement-breakpoint
CREATE UNIQUE INDEX "module_responses_once" ON "module_responses" USING btree ("execution_id","module_name","idempotency_key");--> statement-breakpoint
UPDATE "servers" SET "webhook_url" = "config" ->> 'webhook_url' WHERE "config" ->> 'webhook_url' IS NOT NULL;--> statement-breakpoint
UPDATE "servers" s SET "updated_at" = greatest(s."created_at", (SELECT max(g."activated_at") FROM "gateway_activations" g WHERE g."entity_id" = s."entity_id"));--> statement-breakpoint
INSERT INTO "execution_totals" ("community_id", "executions", "commands", "commands_successful", "commands_failed", "rate_limited", "command_ms")
SELECT "community_id", count(*), count("command"),
  count("command") FILTER (WHERE "status" = 'success'),
  count("command") FILTER (WHERE "status" IN ('failed', 'refused')),
  count("command") FILTER (WHERE "code" = 'rate_limited'),
  coalesce(sum("execution_time_ms") FILTER (WHERE "command" IS NOT NULL), 0)
FROM "command_executions" GROUP BY "community_id";
