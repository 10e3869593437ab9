import { metricsOf } from "#durable-objects/metrics/metrics-of";
import { timedOut, within } from "#lib/within";
import type { ScheduledJob } from "#workers/edge/scheduled/job";
import { checkDatabase } from "#workers/shared/health";

const lookMs = 5000;

/** Looks every minute at what the bot needs, for the status page. That a minute passed without a look shows there too. */
export const statusJob: ScheduledJob<EdgeEnv> = {
  name: "status.look",
  everyMinutes: 1,
  async run(env, _log, now) {
    const [database, sender] = await Promise.all([checkDatabase(env), isSenderThere(env)]);
    const problems = [...(database === "ok" ? [] : ["database"]), ...(sender ? [] : ["sender"])];
    await metricsOf(env.METRICS).noteMinute(now, problems);
  },
};

async function isSenderThere(env: Pick<EdgeEnv, "SENDER">): Promise<boolean> {
  try {
    const answer = await within(env.SENDER.isResendSafe("discord"), lookMs);
    return answer !== timedOut;
  } catch {
    return false;
  }
}
