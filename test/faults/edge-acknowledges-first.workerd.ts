import { waitUntil } from "cloudflare:workers";
import { makeInspectedEdge } from "#test/faults/edge-inspected.workerd";
import { withHop } from "#test/faults/hop.workerd";
import { makeIngressDeps } from "#workers/edge/deps";

export {
  ChannelObject,
  CoordinatorObject,
  GatewayLink,
  Gateways,
  OverlayObject,
  WebhookTargetObject,
} from "#test/faults/edge-inspected.workerd";

/** Broken on purpose: it says 2xx and stores afterwards. The kill loop must notice, or it notices nothing. */
export default makeInspectedEdge((env, log) => {
  const deps = withHop(makeIngressDeps(env, log));
  return {
    ...deps,
    async accept(entityId, events) {
      waitUntil(deps.accept(entityId, events));
      return { stored: events.length, duplicates: 0, conflicts: 0 };
    },
  };
});
