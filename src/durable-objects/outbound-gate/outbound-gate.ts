import { DurableObject } from "cloudflare:workers";
import * as z from "zod";
import type {
  LaneRule,
  ModeratedPlaces,
  SendPriority,
  OutboundGate as Service,
} from "#contracts/outbound-gate";
import { Gate } from "#durable-objects/outbound-gate/gate";

/** No window of a platform is longer that must survive an idle moment of this object. */
const stayMs = 60_000;
const moderatedKey = "moderated";
const moderatedList = z.array(z.string()).catch([]);

/**
 * What one identity may still say and do on one platform. The windows are in memory only: a row a message would cost
 * more than it saves, and a pending timer keeps the object from falling asleep while they count. Only a deploy opens
 * them. Where the identity moderates is stored: it is learnt once an hour at most.
 */
export class OutboundGate extends DurableObject<unknown> implements Service, ModeratedPlaces {
  #gate = new Gate(() => Date.now());
  #stay: ReturnType<typeof setTimeout> | undefined;

  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env);
    void ctx.blockConcurrencyWhile(async () => {
      this.#gate.setModerated(moderatedList.parse(await ctx.storage.get(moderatedKey)));
    });
  }

  async take(lanes: readonly LaneRule[], priority: SendPriority): Promise<{ waitMs: number; lane?: string }> {
    this.#stayAwake();
    return this.#gate.take(lanes, priority);
  }

  async giveBack(lanes: readonly LaneRule[]): Promise<void> {
    return this.#gate.giveBack(lanes);
  }

  async shut(lane: string, until: number): Promise<void> {
    this.#stayAwake();
    return this.#gate.shut(lane, until);
  }

  async setModerated(places: readonly string[]): Promise<void> {
    this.#gate.setModerated(places);
    await this.ctx.storage.put(moderatedKey, [...places]);
  }

  #stayAwake(): void {
    clearTimeout(this.#stay);
    this.#stay = setTimeout(() => undefined, stayMs);
  }
}
