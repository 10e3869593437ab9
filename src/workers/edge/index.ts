import { productVersion } from "#contracts/version";
import { makeGatewayLink } from "#durable-objects/gateway-link/gateway-link";
import { channelStub } from "#durable-objects/stubs";
import { makeLog } from "#lib/log";
import { platforms } from "#platforms/registry";
import { makeEdgeApp } from "#workers/edge/app";
import { makeIngressDeps } from "#workers/edge/deps";
import { loadWishes } from "#workers/edge/gateway-wishes";
import { jobs } from "#workers/edge/scheduled/jobs";
import { runJobs } from "#workers/edge/scheduled/run-jobs";
import { platformConfig } from "#workers/shared/platform-config";

export { ChannelObject } from "#durable-objects/channel/channel-object";
export { CoordinatorObject } from "#durable-objects/coordinator/coordinator-object";
export { MemberChatObject } from "#durable-objects/member-chat/member-chat-object";
export { WebhookTargetObject } from "#durable-objects/webhook-target/webhook-target-object";
export { FeedObject } from "#workers/edge/feed";
export { Gateways } from "#workers/edge/gateways";
export { LabelClock } from "#workers/edge/label-clock";
export { LiveChat } from "#workers/edge/live-chat";
export { OverlayObject } from "#workers/edge/overlay/overlay-object";

/** Frames of a socket end in the same parser as the webhooks of their platform. */
export class GatewayLink extends makeGatewayLink<EdgeEnv>({
  parseFrame: (frame, env) => platforms.get(frame.platform)?.parseFrame?.(frame, platformConfig(env)) ?? [],
  accept: (env, entityId, events) => channelStub(env.CHANNEL, entityId).accept(entityId, events),
  wishes: loadWishes,
  shards: (env, platform) => env.COORDINATOR.get(env.COORDINATOR.idFromName(platform)),
  log: makeLog({ module: "gateway-link", version: productVersion }),
}) {}

const log = makeLog({ module: "edge", version: productVersion });

export default {
  fetch: makeEdgeApp(makeIngressDeps).fetch,
  scheduled: ({ scheduledTime, cron }, env) => runJobs(jobs, { env, log, now: scheduledTime, cron }),
} satisfies ExportedHandler<EdgeEnv>;
