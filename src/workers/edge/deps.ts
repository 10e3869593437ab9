import type { ChannelService } from "#contracts/channel";
import type { PlatformEvent } from "#contracts/event";
import type { SenderService } from "#contracts/sender";
import { type Database, openDatabase } from "#db/client";
import { channelStub } from "#durable-objects/stubs";
import type { Log } from "#lib/log";
import { manifests } from "#modules/manifests";
import { platforms } from "#platforms/registry";
import { suggestCommands } from "#router/suggest";
import type { IngressDeps } from "#workers/edge/ingress";
import { noticeBroadcast } from "#workers/edge/live-chat";
import { isSubscriptionAwaited, markSubscription } from "#workers/edge/subscriptions";
import { confirmLease } from "#workers/edge/websub";
import { platformConfig } from "#workers/shared/platform-config";

/** The real way in: a channel object behind every event, Postgres behind every subscription. */
export function makeIngressDeps(env: EdgeEnv, log: Log): IngressDeps {
  let database: Database | undefined;
  const db = () => {
    database ??= openDatabase(env);
    return database;
  };
  return {
    platforms,
    config: platformConfig(env),
    accept: (entityId, events) => channelOf(env, entityId).accept(entityId, events),
    process: (entityId, event, waitMs) => channelOf(env, entityId).process(entityId, event, waitMs),
    suggest: async (platform, { entityId, user, typed }) => {
      const config = await channelOf(env, entityId).config(entityId);
      return config ? suggestCommands(config, manifests, { platform, user, typed }) : [];
    },
    noticeBroadcast: (platform, target) => noticeBroadcast(env, platform, target),
    confirmLease: (topic, channelId, endsAt) => confirmLease(db(), topic, channelId, endsAt),
    isAwaited: (topic, target) => isSubscriptionAwaited(db(), topic, target),
    markSubscription: (type, broadcasterUserId, subscriptionId, status) =>
      markSubscription(db(), { type, broadcasterUserId, subscriptionId, status }),
    noteRevoked: async (platform, account) => {
      const sender: Pick<SenderService, "noteRevoked"> = env.SENDER;
      await sender.noteRevoked(platform, account);
    },
    log,
  };
}

/** What of a channel object the way in uses, named apart from the RPC type so that its depth stays bounded. */
export interface ChannelIntake extends Pick<ChannelService, "accept" | "config" | "process"> {
  accept(entityId: string, events: PlatformEvent[]): ReturnType<ChannelService["accept"]>;
}

function channelOf(env: EdgeEnv, entityId: string): ChannelIntake {
  return channelStub(env.CHANNEL, entityId);
}
