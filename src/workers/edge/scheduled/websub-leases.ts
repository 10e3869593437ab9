import { openDatabase } from "#db/client";
import type { ScheduledJob } from "#workers/edge/scheduled/job";
import { dueLeases, noteAsked } from "#workers/edge/websub";

const dayMs = 86_400_000;
/** A hub that did not confirm is asked again after this. */
const retryMs = 10 * 60_000;

/** Every watched YouTube channel stays followed: asked for when new, again a day before the lease ends. */
export const websubLeasesJob: ScheduledJob<EdgeEnv> = {
  name: "youtube.leases",
  everyMinutes: 5,
  async run(env, log, now) {
    if (!env.PUBLIC_URL) return;
    const db = openDatabase(env);
    const due = await dueLeases(db, { until: new Date(now + dayMs), since: new Date(now - retryMs) });
    for (const channelId of due) {
      await noteAsked(db, channelId, new Date(now), null);
      const outcome = await env.SENDER.followChannel(
        "youtube",
        channelId,
        `${env.PUBLIC_URL}/webhooks/youtube`,
      );
      if (outcome.ok) continue;
      await noteAsked(db, channelId, new Date(now), outcome.message ?? outcome.code);
      const details = { channelId, code: outcome.code, reason: outcome.message };
      log({ level: "WARNING", category: "SYSTEM", action: "youtube.follow", result: "FAILURE", details });
    }
  },
};
