import { deliverDue } from "#durable-objects/channel/deliver";
import type { ChannelDeps } from "#durable-objects/channel/deps";
import type { Outbox, Outgoing } from "#durable-objects/channel/outbox";

export interface PostmanHooks {
  keepAlive(work: Promise<unknown>): void;
  /** The community's other channels. */
  siblings(): readonly string[];
  onSettled(): Promise<void>;
  onGivenUp(key: string, note: string): void;
}

/** One round a kind, so that a slow platform does not hold up the overlay and a lost database not the chat. */
const kinds: readonly Outgoing["kind"][] = ["chat", "overlay", "post", "registry", "rule"];

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

  deliver(): void {
    const now = this.#deps.now();
    for (const kind of kinds) {
      if (!this.#underway.has(kind) && this.#outbox.due(kind, now)) this.#hooks.keepAlive(this.#round(kind));
    }
  }

  async #round(kind: Outgoing["kind"]): Promise<void> {
    this.#underway.add(kind);
    try {
      await deliverDue(this.#outbox, kind, {
        now: this.#deps.now,
        carry: (body) => this.#deps.carry(body, this.#hooks.siblings()),
        onGivenUp: (row, note) => this.#hooks.onGivenUp(row.key, note),
      });
    } finally {
      this.#underway.delete(kind);
    }
    await this.#hooks.onSettled();
  }
}
