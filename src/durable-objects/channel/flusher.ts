import type { ChannelConfigStore } from "#durable-objects/channel/channel-config-store";
import type { ChannelDeps } from "#durable-objects/channel/deps";
import type { Flushes } from "#durable-objects/channel/flush";
import { flushAfterMs } from "#durable-objects/channel/flush-moment";
import type { Report } from "#durable-objects/channel/report";

export interface FlusherParts {
  deps: ChannelDeps;
  flushes: Flushes;
  config: ChannelConfigStore;
  report: Report;
}

/** Takes a channel's flushes to Postgres, one at a time. */
export class Flusher {
  #parts: FlusherParts;
  #isFlushing = false;

  constructor(parts: FlusherParts) {
    this.#parts = parts;
  }

  /** When the channel must wake for it; undefined when nothing waits or nobody knows whose it is. */
  dueAt(): number | undefined {
    const { config, flushes, deps } = this.#parts;
    // What is on its way may not arrive: an alarm stays behind it.
    if (this.#isFlushing) return deps.now() + flushAfterMs;
    return config.current === null ? undefined : flushes.dueAt();
  }

  /** Sends what waits when its time has come, and only what waited when it began. Never throws. */
  async flush(): Promise<void> {
    const { deps, flushes, config, report } = this.#parts;
    const current = config.current;
    if (!current || !this.#isDue() || this.#isFlushing) return;
    this.#isFlushing = true;
    try {
      flushes.prepare(current, deps.newId, deps.now());
      for (const flush of flushes.prepared()) {
        await deps.writeFlush(flush);
        flushes.done(flush.id);
      }
    } catch (error) {
      flushes.postpone(deps.now());
      report("channel.flush", error);
    } finally {
      this.#isFlushing = false;
    }
  }

  #isDue(): boolean {
    const { deps, flushes } = this.#parts;
    const now = deps.now();
    return (
      (flushes.dueAt() ?? Number.POSITIVE_INFINITY) <= now || flushes.isFull() || flushes.mayLeaveEarly(now)
    );
  }
}
