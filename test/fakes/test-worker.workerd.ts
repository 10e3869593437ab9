import { DurableObject } from "cloudflare:workers";
import { makeGatewayLink } from "#durable-objects/gateway-link/gateway-link";
import { platform as irc } from "#platforms/irc/index";

export { CoordinatorObject } from "#durable-objects/coordinator/coordinator-object";
export { OverlayObject } from "#durable-objects/overlay/overlay-object";
export { RateLimiter } from "#durable-objects/rate-limiter/rate-limiter";

/** Real storage for a test to put its own channel on; the alarm is counted and otherwise left alone. */
export class StorageHost extends DurableObject {
  alarms = 0;

  override async alarm(): Promise<void> {
    this.alarms++;
  }
}

/** What the gateway link handed on, by entity id; a test may make `accept` fail. */
export const accepted: { entityId: string; ids: string[] }[] = [];
export const faults = { acceptFails: false };

export class GatewayLink extends makeGatewayLink<object>({
  parseFrame: (frame) => irc.parseFrame?.(frame),
  accept: async (_env, entityId, events) => {
    if (faults.acceptFails) throw new Error("the channel is not there");
    accepted.push({ entityId, ids: events.map(({ id }) => id) });
  },
  log: () => undefined,
}) {}

export default { fetch: () => new Response("only objects live here") };
