import type { EgressResponse } from "#contracts/egress";
import type { GatewayUp } from "#contracts/gateway";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import { timedOut, within } from "#lib/within";

type Fetched = Extract<GatewayUp, { type: "fetched" }>["outcome"];

/** Calls that wait for the gateway to make them. In memory: whoever waits goes with the object. */
export class PendingCalls {
  #waiting = new Map<string, (outcome: Outcome<EgressResponse>) => void>();

  /** The answer, or `unknown` after `ms`: the call may have been made. */
  async wait(id: string, ms: number): Promise<Outcome<EgressResponse>> {
    const { promise, resolve } = Promise.withResolvers<Outcome<EgressResponse>>();
    this.#waiting.set(id, resolve);
    const outcome = await within(promise, ms);
    this.#waiting.delete(id);
    return outcome === timedOut
      ? refuse("unknown", { message: "the gateway did not answer in time" })
      : outcome;
  }

  settle(id: string, outcome: Fetched): void {
    this.#waiting.get(id)?.(outcome.ok ? succeed(outcome.response) : refuse(outcome.code, outcome));
  }

  /** The socket is gone: nobody will answer. */
  abandon(): void {
    for (const resolve of this.#waiting.values())
      resolve(refuse("unknown", { message: "the gateway went away while it was calling" }));
  }
}
