import { type DatabaseAddress, openDatabase } from "#db/client";
import { deliverCodes } from "#durable-objects/channel/deliver-codes";
import type { ScheduledJob } from "#workers/edge/scheduled/job";

/** Codes whose delivery was interrupted are written now, and those past their ten minutes are forgotten. */
export const linkCodesJob: ScheduledJob<DatabaseAddress & Pick<EdgeEnv, "SENDER">> = {
  name: "link_codes.deliver",
  everyMinutes: 1,
  async run(env, log) {
    const delivered = await deliverCodes(openDatabase(env), env.SENDER);
    if (delivered === 0) return;
    log({
      level: "INFO",
      category: "SYSTEM",
      action: "link_codes.deliver",
      result: "SUCCESS",
      details: { delivered },
    });
  },
};
