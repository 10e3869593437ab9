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
  #moderated: ReadonlySet<string> = new Set();
  #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Synchronous within: between looking and taking nothing else runs. */
  async take(rules: readonly LaneRule[], priority: SendPriority): Promise<{ waitMs: number; lane?: string }> {
    const now = this.#now();
    const inForce = rules.map((rule) => this.#inForce(rule));
    const waits = inForce.map((rule) => ({ lane: rule.lane, waitMs: this.#waitMs(rule, priority, now) }));
    const longest = waits.reduce((one, other) => (other.waitMs > one.waitMs ? other : one), free);
    if (longest.waitMs > 0) return longest;
    for (const rule of inForce) this.#count(rule, priority, now);
    this.#forgetIdle(now);
    return { waitMs: 0 };
  }

  /** Takes the newest stamps off again; whose they were makes no difference to the count. */
  async giveBack(rules: readonly LaneRule[]): Promise<void> {
    for (const { lane, places = 1 } of rules) {
      const known = this.#lanes.get(lane);
      if (known) this.#lanes.set(lane, { ...known, state: known.state.slice(0, -places) });
    }
  }

  async shut(lane: string, until: number): Promise<void> {
    const known = this.#at(lane);
    const shutUntil = Math.max(known.shutUntil, until);
    this.#lanes.set(lane, { ...known, shutUntil, idleAt: Math.max(known.idleAt, shutUntil) });
  }

  setModerated(places: readonly string[]): void {
    this.#moderated = new Set(places);
  }

  /** How many lanes are remembered. */
  get size(): number {
    return this.#lanes.size;
  }

  #inForce(rule: LaneRule): LaneRule {
    const { inModerated } = rule;
    return inModerated && this.#moderated.has(inModerated.place)
      ? { ...rule, limit: inModerated.limit }
      : rule;
  }

  #waitMs(rule: LaneRule, priority: SendPriority, now: number): number {
    const { state, shutUntil } = this.#at(rule.lane);
    if (shutUntil > now) return shutUntil - now;
    if (rule.limit === Number.POSITIVE_INFINITY) return 0;
    // Peeked with the whole limit, so that the lower priorities count what the higher ones sent.
    const { state: counted } = peek(state, now, rule);
    const allowed = allowedFor(rule, priority);
    const blocking = counted.at(-(allowed - placesOf(rule, priority) + 1));
    return blocking === undefined ? 0 : Math.max(1, blocking + rule.windowMs - now);
  }

  #count(rule: LaneRule, priority: SendPriority, now: number): void {
    if (rule.limit === Number.POSITIVE_INFINITY) return;
    const { state, shutUntil } = this.#at(rule.lane);
    let counted = state;
    for (let place = 0; place < placesOf(rule, priority); place++) counted = take(counted, now, rule).state;
    this.#lanes.set(rule.lane, { state: counted, shutUntil, idleAt: now + rule.windowMs });
  }

  #at(lane: string): Lane {
    return this.#lanes.get(lane) ?? { state: [], shutUntil: 0, idleAt: 0 };
  }

  #forgetIdle(now: number): void {
    if (this.#lanes.size < 500) return;
    for (const [name, { idleAt }] of this.#lanes) if (idleAt <= now) this.#lanes.delete(name);
  }
}

const free = { lane: "", waitMs: 0 };

function allowedFor({ limit }: LaneRule, priority: SendPriority): number {
  return Math.max(1, Math.floor(limit * share[priority]));
}

function placesOf(rule: LaneRule, priority: SendPriority): number {
  return Math.min(Math.max(1, rule.places ?? 1), allowedFor(rule, priority));
}
