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

/** The edge with 50 ms before the channel object: the window in which a kill hurts. */
export default makeInspectedEdge((env, log) => withHop(makeIngressDeps(env, log)));
