import * as z from "zod";
import type { Command } from "#contracts/command";

const windowMs = 60_000;

/** One command one person ran, as it counts against their limit: typed, caused by an alias or a rule, done or failed. */
export const use = z.object({ userKey: z.string(), word: z.string(), at: z.int() });
export type Use = z.infer<typeof use>;
export const uses = z.array(use);

/**
 * True sliding windows, one a person and command. They cost no row of their own: a use is written into the trace, or
 * into the row of the event that waits for a further try, and a new life of the object reads them back. A key whose
 * window passed is dropped with the next look (RLM-4).
 */
export class RateWindows {
  #stamps = new Map<string, number[]>();

  constructor(recent: readonly Use[], now: number) {
    for (const { userKey, word, at } of recent) {
      if (at > now - windowMs) this.#add(keyOf(userKey, word), at);
    }
    for (const stamps of this.#stamps.values()) stamps.sort((a, b) => a - b);
  }

  /** Milliseconds until one more is allowed; 0 when it is now. */
  leftMs(userKey: string, { prefix, name, rateLimitPerMinute }: Command, now: number): number {
    if (rateLimitPerMinute === 0) return 0;
    const stamps = this.#recent(keyOf(userKey, prefix + name), now);
    const oldest = stamps.at(-rateLimitPerMinute);
    return oldest === undefined ? 0 : oldest + windowMs - now;
  }

  /** Counts one call; undefined where there is no limit. */
  take(userKey: string, { prefix, name, rateLimitPerMinute }: Command, at: number): Use | undefined {
    if (rateLimitPerMinute === 0) return undefined;
    const word = prefix + name;
    this.#add(keyOf(userKey, word), at);
    return { userKey, word, at };
  }

  /** Keys held now; those that are empty are gone. */
  size(now: number): number {
    for (const key of [...this.#stamps.keys()]) this.#recent(key, now);
    return this.#stamps.size;
  }

  #recent(key: string, now: number): number[] {
    const kept = (this.#stamps.get(key) ?? []).filter((at) => at > now - windowMs);
    if (kept.length === 0) this.#stamps.delete(key);
    else this.#stamps.set(key, kept);
    return kept;
  }

  #add(key: string, at: number): void {
    const stamps = this.#stamps.get(key);
    if (stamps) stamps.push(at);
    else this.#stamps.set(key, [at]);
  }
}

function keyOf(userKey: string, word: string): string {
  return `${word} ${userKey}`;
}
