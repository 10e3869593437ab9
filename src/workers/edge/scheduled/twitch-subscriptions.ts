import type { SubscriptionRequest } from "#contracts/platform-subscription";
import type { SenderService } from "#contracts/sender";
import { openDatabase } from "#db/client";
import { platforms } from "#platforms/registry";
import type { ScheduledJob } from "#workers/edge/scheduled/job";
import { keepTwitchSubscriptions } from "#workers/edge/twitch-subscriptions/run";
import { platformConfig } from "#workers/shared/platform-config";

function job(name: string, everyMinutes: number, scope: SubscriptionRequest["scope"]): ScheduledJob<EdgeEnv> {
  return {
    name,
    everyMinutes,
    async run(env, log, now) {
      const keeper = platforms.get("twitch")?.subscriptions;
      const config = platformConfig(env);
      if (!keeper || !config["TWITCH_EVENTSUB_SECRET"] || !config["PUBLIC_URL"]) return;
      const sender: Pick<SenderService, "keepSubscriptions"> = env.SENDER;
      await keepTwitchSubscriptions(scope, { db: openDatabase(env), sender, keeper, config, log, now });
    },
  };
}

/** The hourly list: what is missing is made, what is double or nobody's is removed (platform-contracts 1.1). */
export const twitchSubscriptionsJob = job("twitch.subscriptions", 60, "all");
/** A new channel's subscriptions, and those whose next try is due. */
export const twitchNewSubscriptionsJob = job("twitch.subscriptions.new", 1, "some");
