import { type DatabaseAddress, openDatabase } from "#db/client";
import { settleBans } from "#workers/api/reputation/settle-bans";
import type { ScheduledJob } from "#workers/edge/scheduled/job";

/** Platforms are told the bans that scores called for, where a community switched that on. */
export const reputationJob: ScheduledJob<DatabaseAddress & Pick<EdgeEnv, "SENDER">> = {
  name: "reputation.ban",
  everyMinutes: 1,
  async run(env, log) {
    const bans = await settleBans(openDatabase(env), env.SENDER);
    if (bans.told + bans.failed === 0) return;
    log({
      level: bans.failed > 0 ? "WARNING" : "INFO",
      category: "SYSTEM",
      action: "reputation.ban",
      result: bans.failed > 0 ? "FAILURE" : "SUCCESS",
      details: { ...bans },
    });
  },
};
