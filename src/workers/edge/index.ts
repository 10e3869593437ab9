import { productVersion } from "#contracts/version";
import { makeGatewayLink } from "#durable-objects/gateway-link/gateway-link";
import { channelStub } from "#durable-objects/stubs";
import { makeLog } from "#lib/log";
import { platforms } from "#platforms/registry";
import { makeEdgeApp } from "#workers/edge/app";
import { makeIngressDeps } from "#workers/edge/deps";

export { ChannelObject } from "#durable-objects/channel/channel-object";
export { CoordinatorObject } from "#durable-objects/coordinator/coordinator-object";
export { OverlayObject } from "#durable-objects/overlay/overlay-object";

/** Frames of a socket end in the same parser as the webhooks of their platform. */
export class GatewayLink extends makeGatewayLink<EdgeEnv>({
  parseFrame: (frame) => platforms.get(frame.platform)?.parseFrame?.(frame),
  accept: (env, entityId, events) => channelStub(env.CHANNEL, entityId).accept(entityId, events),
  log: makeLog({ module: "gateway-link", version: productVersion }),
}) {}

export default makeEdgeApp(makeIngressDeps);
