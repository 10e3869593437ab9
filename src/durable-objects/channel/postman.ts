import { type DeliverDeps, deliverDue } from "#durable-objects/channel/deliver";
import type { ChannelDeps } from "#durable-objects/channel/deps";
import type { EndState, Outbox, OutboxRow, Outgoing } from "#durable-objects/channel/outbox";

export interface PostmanHooks {
  keepAlive(work: Promise<unknown>): void;
  /** Carries one row out; never throws. */
  carry: DeliverDeps["carry"];
  onSettled(): Promise<void>;
  onGivenUp(key: string, note: string): void;
  onEnded(row: OutboxRow, state: EndState, problem: string | null): void;
}

/** If the object dies in a round, the alarm finds what it left no later than this. */
const roundWatchMs = 10_000;

/** One round a kind, so that a slow platform does not hold up the overlay and a lost database not the chat. */
const kinds: readonly Outgoing["kind"][] = ["chat", "overlay", "post", "webhook", "registry", "rule"];

/** Carries a channel's outbox to where it goes. */
export class Postman {
  #outbox: Outbox;
  #deps: ChannelDeps;
  #hooks: PostmanHooks;
  #underway = new Set<Outgoing["kind"]>();
  #isSettled = false;

  constructor(outbox: Outbox, deps: ChannelDeps, hooks: PostmanHooks) {
    this.#outbox = outbox;
    this.#deps = deps;
    this.#hooks = hooks;
  }

  /** Once per life: what the last life was sending when it died. */
  async settleInterrupted(): Promise<void> {
    if (this.#isSettled) return;
    for (const row of this.#outbox.interrupted()) {
      const state = (await this.#deps.isResendSafe(row.body)) ? "new" : "unknown";
      this.#outbox.mark(row.key, state, "interrupted while sending");
    }
    this.#isSettled = true;
  }

  /** Nothing of this kind is on its way or waiting, so what comes now may go at once. */
  isIdle(kind: Outgoing["kind"]): boolean {
    return this.#isSettled && !this.#underway.has(kind) && this.#outbox.nextAt() === undefined;
  }

  /**
   * When the channel must wake to send; undefined when nothing waits. What waits behind a round under way is that round's,
   * which an alarm need not watch closely: without this, every reply of a busy minute costs one (a row each).
   */
  nextAt(): number | undefined {
    if (this.#outbox.nextAt() === undefined) return undefined;
    const free = this.#outbox.nextAt([...this.#underway]) ?? Number.POSITIVE_INFINITY;
    return this.#underway.size === 0 ? free : Math.min(free, this.#deps.now() + roundWatchMs);
  }

  /** Sends what is ready (marked already when it was written), then what is due. */
  deliver(ready: readonly OutboxRow[] = []): void {
    const now = this.#deps.now();
    if (ready.length > 0) this.#hooks.keepAlive(this.#round("chat", ready));
    if ((this.#outbox.nextAt() ?? Number.POSITIVE_INFINITY) > now) return;
    for (const kind of kinds) {
      if (!this.#underway.has(kind) && this.#outbox.due(kind, now))
        this.#hooks.keepAlive(this.#round(kind, []));
    }
  }

  async #round(kind: Outgoing["kind"], ready: readonly OutboxRow[]): Promise<void> {
    this.#underway.add(kind);
    try {
      await deliverDue(this.#outbox, kind, ready, {
        now: this.#deps.now,
        carry: this.#hooks.carry,
        onGivenUp: (row, note) => this.#hooks.onGivenUp(row.key, note),
        onEnded: this.#hooks.onEnded,
      });
    } finally {
      this.#underway.delete(kind);
    }
    await this.#hooks.onSettled();
  }
}
