import { type DatabaseAddress, openDatabase } from "#db/client";
import { expireLabels } from "#workers/api/labels/expire-labels";
import { settleRoles } from "#workers/api/labels/settle-roles";
import type { ScheduledJob } from "#workers/edge/scheduled/job";

/** What a community's own clock was not told of, or lost: what expired goes, and platforms are told of roles. */
export const labelsJob: ScheduledJob<DatabaseAddress & Pick<EdgeEnv, "SENDER">> = {
  name: "labels.expire",
  everyMinutes: 15,
  async run(env, log, now) {
    const db = openDatabase(env);
    const gone = await expireLabels(db, now);
    const roles = await settleRoles(db, env.SENDER);
    if (gone.labels + gone.members + roles.told + roles.failed === 0) return;
    log({
      level: roles.failed > 0 ? "WARNING" : "INFO",
      category: "SYSTEM",
      action: "labels.expire",
      result: roles.failed > 0 ? "FAILURE" : "SUCCESS",
      details: { ...gone, ...roles },
    });
  },
};
