import { openDatabase } from "#db/client";
import { say } from "#durable-objects/channel/deps-say";
import { tellOwners } from "#workers/edge/reauth-notices/tell-owners";
import type { ScheduledJob } from "#workers/edge/scheduled/job";

/** Owners learn in chat that an account must be connected again, before the bot falls silent. */
export const reauthNoticesJob: ScheduledJob<EdgeEnv> = {
  name: "connections.reauth",
  everyMinutes: 1,
  async run(env, log, now) {
    const told = await tellOwners({
      db: openDatabase(env),
      say: (message) => say(env, message),
      hub: env.PUBLIC_URL,
      now,
    });
    if (told.told + told.unheard + told.later === 0) return;
    log({
      level: "WARNING",
      category: "SYSTEM",
      action: "connections.reauth",
      result: told.told > 0 ? "SUCCESS" : "FAILURE",
      details: { ...told },
    });
  },
};
