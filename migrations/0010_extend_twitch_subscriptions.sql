ALTER TABLE "twitch_subscriptions" ADD COLUMN "needs_owner" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "twitch_subscriptions" ADD COLUMN "problem" text;--> statement-breakpoint
ALTER TABLE "twitch_subscriptions" ADD COLUMN "attempts" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "twitch_subscriptions" ADD COLUMN "next_try_at" timestamp with time zone DEFAULT now();--> statement-breakpoint
CREATE INDEX "twitch_subscriptions_due" ON "twitch_subscriptions" USING btree ("next_try_at");