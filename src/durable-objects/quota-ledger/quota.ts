import type { QuotaState } from "#contracts/live-chat";

export type QuotaPurpose = "send" | "find" | "page";

/** A chat that is being read; `pushedForMs` is how long one connection of it may last. */
export interface QuotaReader {
  name: string;
  pushedForMs?: number;
}

/** What each purpose may use up to: reading stops first, so that what was read can still be answered. */
const share: Record<QuotaPurpose, number> = { page: 0.8, find: 0.9, send: 1 };
/** What is left is spread over the rest of the day, but over no more than a long stream. */
const longestStreamMs = 6 * 3_600_000;
/** A chat that was not read for this long is not being read. */
const readerMs = 120_000;
const dayMs = 86_400_000;
/** YouTube's day ends at midnight there. */
const zone = "America/Los_Angeles";

/** Made once: each takes some 20 KB outside of the heap, where the collector does not see it. */
const days = new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" });

/** The day a moment lies in, as `2026-11-21`. */
export function quotaDay(now: number): string {
  return days.format(now);
}

/** The next midnight there; found by looking, because a day of a clock change has 23 or 25 hours. */
export function quotaReset(now: number): number {
  const today = quotaDay(now);
  let low = now;
  let high = now + dayMs + 2 * 3_600_000;
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2);
    if (quotaDay(middle) === today) low = middle;
    else high = middle;
  }
  return Math.floor(high / 1000) * 1000;
}

/** What is kept of a quota between two lives of its object, which sleeps between two pages. */
export interface KeptQuota {
  day: string;
  used: number;
  readers: { name: string; until: number; isPushed: boolean }[];
}

/** One key's quota of a day, and who reads with it. */
export class Quota {
  #limit: number;
  #pageCost: number;
  #day: string;
  #used: number;
  #readers = new Map<string, { until: number; isPushed: boolean }>();

  constructor(kept: KeptQuota, limit: number, pageCost: number) {
    this.#limit = limit;
    this.#pageCost = pageCost;
    this.#day = kept.day;
    this.#used = kept.used;
    for (const { name, ...reader } of kept.readers) this.#readers.set(name, reader);
  }

  /** Takes the units, or none when this purpose has used up its share. */
  take(units: number, purpose: QuotaPurpose, now: number, reader?: QuotaReader): boolean {
    this.#turn(now);
    if (this.#used + units > this.#limit * share[purpose]) return false;
    if (reader !== undefined) {
      const { name, pushedForMs = 0 } = reader;
      this.#readers.set(name, { until: now + pushedForMs + readerMs, isPushed: pushedForMs > 0 });
    }
    this.#used += units;
    return true;
  }

  /** The provider itself says that nothing is left, whatever was counted here. */
  exhaust(now: number): void {
    this.#turn(now);
    this.#used = Math.max(this.#used, this.#limit);
  }

  get kept(): KeptQuota {
    const readers = [...this.#readers].map(([name, reader]) => ({ name, ...reader }));
    return { day: this.#day, used: this.#used, readers };
  }

  state(now: number): QuotaState {
    this.#turn(now);
    const readers = [...this.#readers.values()];
    // A chat that is pushed asks for no pages, so the others need not leave it any.
    const asking = readers.filter(({ isPushed }) => !isPushed).length;
    const resetsAt = quotaReset(now);
    const pagesLeft = Math.floor((this.#limit * share.page - this.#used) / this.#pageCost);
    const restMs = Math.min(resetsAt - now, longestStreamMs);
    const spacingMs = pagesLeft > 0 ? Math.ceil((restMs / pagesLeft) * Math.max(1, asking)) : resetsAt - now;
    return { limit: this.#limit, used: this.#used, resetsAt, spacingMs, readers: readers.length };
  }

  #turn(now: number): void {
    const today = quotaDay(now);
    if (today !== this.#day) {
      this.#day = today;
      this.#used = 0;
    }
    for (const [reader, { until }] of this.#readers) if (now >= until) this.#readers.delete(reader);
  }
}
