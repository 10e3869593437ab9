import { type DatabaseAddress, openDatabase } from "#db/client";
import { finishDeletion, listOpenDeletions } from "#db/personal/delete-person";
import type { ScheduledJob } from "#workers/edge/scheduled/job";
import { personalObjectsOf } from "#workers/shared/personal-objects";

/** Deletions that were interrupted go on where they were. */
export const deletionsJob: ScheduledJob<DatabaseAddress & Pick<EdgeEnv, "CHANNEL" | "MEMBER_CHAT">> = {
  name: "people.delete",
  everyMinutes: 5,
  async run(env, log) {
    const db = openDatabase(env);
    const open = await listOpenDeletions(db);
    for (const id of open) await finishDeletion(db, id, personalObjectsOf(env));
    if (open.length === 0) return;
    log({
      level: "INFO",
      category: "SYSTEM",
      action: "people.delete",
      result: "SUCCESS",
      details: { finished: open.length },
    });
  },
};
