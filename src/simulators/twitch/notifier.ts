import type { Delivery } from "#simulators/delivery";
import type { SimulatorSecrets } from "#simulators/secrets";
import type { Conduit, Conduits, Shard } from "#simulators/twitch/conduits";
import { signEventSub } from "#simulators/twitch/sign";
import {
  asWire,
  conditionFor,
  type EventSubType,
  eventSubVersions,
  type Subscription,
  type Subscriptions,
} from "#simulators/twitch/subscriptions";
import type { World } from "#simulators/world";

/** Where EventSub messages go. */
export const webhookPath = "/webhooks/twitch";

/** At most four tries; the published contract names neither counts nor pauses, so these are ours. */
const retryDelaysMs = [1_000, 10_000, 60_000];
const timeoutMs = 10_000;
const failed = "webhook_callback_verification_failed";

export interface Verification {
  subscriptionId: string;
  isVerified: boolean;
  /** What was wrong with the answer, in words. */
  problem?: string;
}

export interface Notifier {
  /** Delivers one notification under this message id. */
  notify(topic: EventSubType, broadcasterId: string, messageId: string, event: object): Promise<Delivery>;
  /** Sends the challenge and enables the subscription if the answer is exactly right. */
  verify(subscription: Subscription): Promise<Verification>;
  /** The same for a shard of a conduit. */
  verifyShard(conduit: Conduit, shard: Shard): Promise<Verification>;
  /** Ends the subscription and tells the callback why. */
  revoke(subscription: Subscription, status: string): Promise<Delivery>;
}

export interface NotifierParts {
  world: World;
  secrets: SimulatorSecrets["twitch"];
  subscriptions: Subscriptions;
  conduits: Conduits;
  /** Given-up notifications in a row after which Twitch ends the subscription. */
  revokeAfterFailures: number;
}

export function makeNotifier({
  world,
  secrets,
  subscriptions,
  conduits,
  revokeAfterFailures,
}: NotifierParts): Notifier {
  // What comes through a conduit is signed with the secret of the shard it took.
  const secretOf = ({ transport }: Subscription) =>
    transport.method === "webhook"
      ? transport.secret
      : (conduits.working(transport.conduitId)?.secret ?? secrets.eventsubSecret);

  const deliver = (kind: string, messageId: string, subscription: Subscription, rest: object) => {
    const body = JSON.stringify({ subscription: asWire(subscription), ...rest });
    const secret = secretOf(subscription);
    return world.deliver({
      platform: "twitch",
      id: messageId,
      timeoutMs,
      retryDelaysMs: kind === "webhook_callback_verification" ? [] : retryDelaysMs,
      request(number) {
        const timestamp = preciseTimestamp(world);
        const signature = signEventSub({ secret, id: messageId, timestamp, body });
        const headers = {
          "content-type": "application/json",
          "twitch-eventsub-message-id": messageId,
          "twitch-eventsub-message-retry": String(number),
          "twitch-eventsub-message-type": kind,
          "twitch-eventsub-message-signature": signature,
          "twitch-eventsub-message-timestamp": timestamp,
          "twitch-eventsub-subscription-type": subscription.type,
          "twitch-eventsub-subscription-version": subscription.version,
        };
        return { path: webhookPath, headers, body };
      },
    });
  };

  const revoke = (subscription: Subscription, status: string) => {
    subscription.status = status;
    return deliver("revocation", world.random.uuid(), subscription, {});
  };

  // Without a subscription of its own a channel is served as if it had always been subscribed.
  const standing = (type: EventSubType, broadcasterId: string): Subscription => ({
    id: `standing-${type}-${broadcasterId}`,
    type,
    version: eventSubVersions[type],
    condition: conditionFor(type, broadcasterId, secrets.botUserId),
    status: "enabled",
    transport: {
      method: "webhook",
      secret: secrets.eventsubSecret,
      callback: `https://bot.example${webhookPath}`,
    },
    cost: 0,
    createdAt: new Date(world.clock.now()).toISOString(),
    failures: 0,
  });

  const challenge = async (subscription: Subscription) => {
    const text = world.random.hex(43);
    const kind = "webhook_callback_verification";
    const delivery = await deliver(kind, world.random.uuid(), subscription, { challenge: text });
    return problemWith(delivery, text);
  };

  return {
    revoke,
    async notify(topic, broadcasterId, messageId, event) {
      const subscription = subscriptions.enabled(topic, broadcasterId) ?? standing(topic, broadcasterId);
      const delivery = await deliver("notification", messageId, subscription, { event });
      subscription.failures = delivery.status === "delivered" ? 0 : subscription.failures + 1;
      if (subscription.failures === revokeAfterFailures) {
        await revoke(subscription, "notification_failures_exceeded");
      }
      return delivery;
    },
    async verify(subscription) {
      const problem = await challenge(subscription);
      subscription.status = problem ? failed : "enabled";
      return { subscriptionId: subscription.id, isVerified: !problem, ...(problem ? { problem } : {}) };
    },
    async verifyShard(conduit, shard) {
      const problem = await challenge({
        ...standing("channel.chat.message", ""),
        id: `${conduit.id}/${shard.id}`,
        type: "conduit.shard",
        condition: { conduit_id: conduit.id },
        status: shard.status,
        transport: { method: "webhook", callback: shard.callback, secret: shard.secret },
      });
      shard.status = problem ? failed : "enabled";
      return { subscriptionId: conduit.id, isVerified: !problem, ...(problem ? { problem } : {}) };
    },
  };
}

function problemWith({ answer }: Delivery, challenge: string): string | undefined {
  if (!answer) return "no answer in time";
  if (answer.status !== 200) return `status ${answer.status} instead of 200`;
  if (answer.body !== challenge) return "the body is not the challenge";
  const mediaType = answer.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  return mediaType === "text/plain"
    ? undefined
    : `content type ${mediaType ?? "missing"} instead of text/plain`;
}

/** RFC 3339 with nine fraction digits, as Twitch sends it. */
function preciseTimestamp({ clock, random }: World): string {
  const fraction = String(random.int(1_000_000)).padStart(6, "0");
  return new Date(clock.now()).toISOString().replace("Z", `${fraction}Z`);
}
