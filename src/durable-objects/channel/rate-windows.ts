import type { Command } from "#contracts/command";
import type { Execution } from "#contracts/execution";

const windowMs = 60_000;

/**
 * True sliding windows, one a person and command. They cost no row: a new life of the object reads them back from
 * the traces of the last minute. A key whose window passed is dropped with the next look (RLM-4).
 */
export class RateWindows {
  #stamps = new Map<string, number[]>();

  constructor(recent: readonly Execution[], now: number) {
    for (const { trigger, user, status, startedAt } of recent) {
      if (trigger.kind === "command" && status === "success" && startedAt > now - windowMs) {
        this.#add(keyOf(user.id, trigger.text), startedAt);
      }
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

  take(userKey: string, { prefix, name, rateLimitPerMinute }: Command, now: number): void {
    if (rateLimitPerMinute > 0) this.#add(keyOf(userKey, prefix + name), now);
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
