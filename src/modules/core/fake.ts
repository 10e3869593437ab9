import { runInProcess } from "#module-kit/run-in-process";
import { core } from "#modules/core/module";
import type { Activity } from "#modules/core/store";

/** The module over what it is told people did, by `community/user key`. */
export function makeFake(activities: Record<string, Activity> = {}) {
  const known = new Map(Object.entries(activities));
  const activity = {
    read: async (communityId: number, userKey: string) => known.get(`${communityId}/${userKey}`),
  };
  return runInProcess(core, { activity });
}
