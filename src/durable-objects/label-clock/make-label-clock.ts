import { DurableObject } from "cloudflare:workers";
import { productVersion } from "#contracts/version";
import { type Log, makeLog } from "#lib/log";

export interface LabelClockDeps<Env> {
  /** Does what is due in the community by now. When the next thing is, in epoch milliseconds; undefined for never. */
  run(env: Env, communityId: number, now: number): Promise<number | undefined>;
  log?: Log;
}

/** A run that failed, and a next moment that is past already, wait so long. */
const soonMs = 1000;
const againMs = 60_000;

/**
 * One per community: wakes when the next label or membership ends, or a platform is to be told again. What is due stands in
 * Postgres; here is only the alarm, so an object without one costs nothing, and one that was woken in vain looks and sleeps.
 */
export function makeLabelClock<Env>({ run, log = usualLog }: LabelClockDeps<Env>) {
  return class LabelClock extends DurableObject<Env> {
    /** Wakes then at the latest; an earlier alarm stays. */
    async wakeBy(communityId: number, at: number): Promise<void> {
      const { storage } = this.ctx;
      if ((await storage.get("communityId")) !== communityId) await storage.put("communityId", communityId);
      const set = await storage.getAlarm();
      if (set === null || at < set) await storage.setAlarm(at);
    }

    override async alarm(): Promise<void> {
      const { storage } = this.ctx;
      const communityId = await storage.get<number>("communityId");
      if (communityId === undefined) return;
      const next = await this.#run(communityId);
      // What was woken for meanwhile may be earlier.
      if (next !== undefined) await this.wakeBy(communityId, Math.max(next, Date.now() + soonMs));
    }

    async #run(communityId: number): Promise<number | undefined> {
      try {
        return await run(this.env, communityId, Date.now());
      } catch (error) {
        const name = error instanceof Error ? error.name : "unknown";
        log({
          level: "ERROR",
          category: "ERROR",
          action: "labels.clock",
          result: "FAILURE",
          community: communityId,
          details: { error: name },
        });
        return Date.now() + againMs;
      }
    }
  };
}

const usualLog = makeLog({ module: "label-clock", version: productVersion });
