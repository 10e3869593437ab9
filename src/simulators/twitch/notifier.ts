import type { Delivery } from "#simulators/delivery";
import type { SimulatorSecrets } from "#simulators/secrets";
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
  /** Ends the subscription and tells the callback why. */
  revoke(subscription: Subscription, status: string): Promise<Delivery>;
}

export interface NotifierParts {
  world: World;
  secrets: SimulatorSecrets["twitch"];
  subscriptions: Subscriptions;
  /** Given-up notifications in a row after which Twitch ends the subscription. */
  revokeAfterFailures: number;
}

export function makeNotifier({
  world,
  secrets,
  subscriptions,
  revokeAfterFailures,
}: NotifierParts): Notifier {
  const deliver = (kind: string, messageId: string, subscription: Subscription, rest: object) => {
    const body = JSON.stringify({ subscription: asWire(subscription), ...rest });
    return world.deliver({
      platform: "twitch",
      id: messageId,
      timeoutMs,
      retryDelaysMs: kind === "webhook_callback_verification" ? [] : retryDelaysMs,
      request(number) {
        const timestamp = preciseTimestamp(world);
        const signature = signEventSub({ secret: subscription.secret, id: messageId, timestamp, body });
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
    secret: secrets.eventsubSecret,
    callback: `https://bot.example${webhookPath}`,
    createdAt: new Date(world.clock.now()).toISOString(),
    failures: 0,
  });

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
      const challenge = world.random.hex(43);
      const delivery = await deliver("webhook_callback_verification", world.random.uuid(), subscription, {
        challenge,
      });
      const problem = problemWith(delivery, challenge);
      subscription.status = problem ? "webhook_callback_verification_failed" : "enabled";
      return { subscriptionId: subscription.id, isVerified: !problem, ...(problem ? { problem } : {}) };
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
