import { DurableObject } from "cloudflare:workers";
import * as z from "zod";
import type { QuotaState } from "#contracts/live-chat";
import { Quota, type QuotaPurpose, type QuotaReader } from "#durable-objects/quota-ledger/quota";

const reader = z.object({ name: z.string(), until: z.number(), isPushed: z.boolean() });
const kept = z.object({
  day: z.string(),
  used: z.int().nonnegative(),
  readers: z.array(reader).default([]),
});
const name = "quota";

/** What the holder of a ledger counts with. */
export interface QuotaBounds {
  /** Units a day. */
  limit: number;
  pageCost: number;
}

/**
 * The day's quota of one key of one provider, shared by every chat and message that uses it: one object for the
 * platform-wide key (`youtube`), one for each community's own (`youtube/community/7`).
 */
export class QuotaLedger extends DurableObject {
  #quota: Quota | undefined;

  /** Takes the units before the call they pay for; the state says how long to wait with the next. */
  async take(
    units: number,
    purpose: QuotaPurpose,
    { reader, ...bounds }: QuotaBounds & { reader?: QuotaReader },
  ): Promise<{ isTaken: boolean; state: QuotaState }> {
    const now = Date.now();
    const quota = this.#open(bounds);
    const isTaken = quota.take(units, purpose, now, reader);
    if (isTaken) this.ctx.storage.kv.put(name, quota.kept);
    return { isTaken, state: quota.state(now) };
  }

  /** Nothing is taken any more until the day ends: the provider said that nothing is left. */
  async exhaust(bounds: QuotaBounds): Promise<void> {
    const quota = this.#open(bounds);
    quota.exhaust(Date.now());
    this.ctx.storage.kv.put(name, quota.kept);
  }

  async state(bounds: QuotaBounds): Promise<QuotaState> {
    return this.#open(bounds).state(Date.now());
  }

  #open({ limit, pageCost }: QuotaBounds): Quota {
    const stored = kept.safeParse(this.ctx.storage.kv.get(name)).data ?? { day: "", used: 0, readers: [] };
    this.#quota ??= new Quota(stored, limit, pageCost);
    return this.#quota;
  }
}
