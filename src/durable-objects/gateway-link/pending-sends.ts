import type { GatewayUp } from "#contracts/gateway";
import type { Outcome } from "#contracts/outcome";
import { refuse, succeed } from "#contracts/outcome";
import type { SentMessage } from "#contracts/sender";
import { timedOut, within } from "#lib/within";

export type SentOutcome = Extract<GatewayUp, { type: "sent" }>["outcome"];

export const retryAfterMs = 2000;

/** Sends that wait for the gateway's answer. In memory: whoever waits goes with the object, and asks again. */
export class PendingSends {
  #waiting = new Map<string, PromiseWithResolvers<Outcome<SentMessage>>>();

  /** True while `id` waits: then it must not be sent down again. */
  has(id: string): boolean {
    return this.#waiting.has(id);
  }

  /** The answer, or `unknown` after `ms`: the words may have been said. */
  async wait(id: string, ms: number): Promise<Outcome<SentMessage>> {
    const waiting = this.#waiting.get(id) ?? Promise.withResolvers<Outcome<SentMessage>>();
    this.#waiting.set(id, waiting);
    const outcome = await within(waiting.promise, ms);
    if (this.#waiting.get(id) === waiting) this.#waiting.delete(id);
    return outcome === timedOut
      ? refuse("unknown", { message: "the gateway did not answer in time" })
      : outcome;
  }

  settle(id: string, outcome: SentOutcome): void {
    this.#waiting.get(id)?.resolve(toOutcome(outcome));
  }

  /** The socket is gone: nobody will answer. */
  abandon(): void {
    for (const { resolve } of this.#waiting.values()) {
      resolve(refuse("unknown", { message: "the gateway went away while it was speaking" }));
    }
  }
}

function toOutcome(outcome: SentOutcome): Outcome<SentMessage> {
  if (outcome.ok) return succeed({ platformMessageIds: outcome.platformMessageIds });
  const { code, message } = outcome;
  return refuse(code, { message, ...(code === "unavailable" && { retryAfterMs }) });
}
