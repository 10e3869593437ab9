import { DurableObject } from "cloudflare:workers";
import type { LaneRule, SendPriority, OutboundGate as Service } from "#contracts/outbound-gate";
import { Gate } from "#durable-objects/outbound-gate/gate";

/** No window of a platform is longer that must survive an idle moment of this object. */
const stayMs = 60_000;

/**
 * What one identity may still say and do on one platform. In memory only: a row a message would cost more than it
 * saves, and a pending timer keeps the object from falling asleep while its windows count. Only a deploy opens them.
 */
export class OutboundGate extends DurableObject implements Service {
  #gate = new Gate(() => Date.now());
  #stay: ReturnType<typeof setTimeout> | undefined;

  async take(lanes: readonly LaneRule[], priority: SendPriority): Promise<{ waitMs: number }> {
    this.#stayAwake();
    return this.#gate.take(lanes, priority);
  }

  async shut(lane: string, until: number): Promise<void> {
    this.#stayAwake();
    return this.#gate.shut(lane, until);
  }

  #stayAwake(): void {
    clearTimeout(this.#stay);
    this.#stay = setTimeout(() => undefined, stayMs);
  }
}
