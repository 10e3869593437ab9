import type { LaneRule, OutboundGate, SendPriority } from "#contracts/outbound-gate";
import { peek, take, type WindowState } from "#lib/sliding-window";

/** The share of a lane each priority may fill; what is left belongs to the ones above it. */
const share: Record<SendPriority, number> = { moderation: 1, reply: 0.9, timer: 0.6 };

interface Lane {
  state: WindowState;
  shutUntil: number;
  /** When the lane may be forgotten. */
  idleAt: number;
}

/** The lanes of one identity, in memory. */
export class Gate implements OutboundGate {
  #lanes = new Map<string, Lane>();
  #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  async take(rules: readonly LaneRule[], priority: SendPriority): Promise<{ waitMs: number }> {
    const now = this.#now();
    const waits = rules.map((rule) => this.#waitMs(rule, priority, now));
    const waitMs = Math.max(0, ...waits);
    if (waitMs > 0) return { waitMs };
    for (const { lane, limit, windowMs } of rules) {
      const { state, shutUntil } = this.#at(lane);
      const counted = take(state, now, { limit, windowMs });
      this.#lanes.set(lane, { state: counted.state, shutUntil, idleAt: now + windowMs });
    }
    this.#forgetIdle(now);
    return { waitMs: 0 };
  }

  async shut(lane: string, until: number): Promise<void> {
    const known = this.#at(lane);
    const shutUntil = Math.max(known.shutUntil, until);
    this.#lanes.set(lane, { ...known, shutUntil, idleAt: Math.max(known.idleAt, shutUntil) });
  }

  /** How many lanes are remembered. */
  get size(): number {
    return this.#lanes.size;
  }

  #waitMs({ lane, limit, windowMs }: LaneRule, priority: SendPriority, now: number): number {
    const { state, shutUntil } = this.#at(lane);
    if (shutUntil > now) return shutUntil - now;
    // Peeked with the whole limit, so that the lower priorities count what the higher ones sent.
    const { state: counted } = peek(state, now, { limit, windowMs });
    const allowed = Math.max(1, Math.floor(limit * share[priority]));
    const blocking = counted.at(-allowed);
    return blocking === undefined ? 0 : Math.max(1, blocking + windowMs - now);
  }

  #at(lane: string): Lane {
    return this.#lanes.get(lane) ?? { state: [], shutUntil: 0, idleAt: 0 };
  }

  #forgetIdle(now: number): void {
    if (this.#lanes.size < 500) return;
    for (const [name, { idleAt }] of this.#lanes) if (idleAt <= now) this.#lanes.delete(name);
  }
}
