import { type PlatformEvent, platformEvent } from "#contracts/event";
import type { Answer, PlatformConfig, Receipt, WebhookRequest } from "#contracts/platform";
import { type Delivery, type Reader, readers } from "#platforms/twitch/events";
import { unusedTypes } from "#platforms/twitch/unused-types";
import { readTimestamp } from "#platforms/twitch/verify";
import { type Envelope, envelope } from "#platforms/twitch/wire";

const maxAgeMs = 10 * 60_000;
const maxAheadMs = 2 * 60_000;
const challengeShape = /^[\x21-\x7e]{1,256}$/;
const accepted: Answer = { status: 204, contentType: "text/plain", body: "" };

/**
 * A verified EventSub request in our words. What we do not know is answered 204 as well: other answers count
 * against the subscription until Twitch revokes it.
 */
export function parse(request: WebhookRequest, config: PlatformConfig): Receipt {
  const sentAt = readTimestamp(request.headers.get("twitch-eventsub-message-timestamp") ?? "");
  if (sentAt === undefined) return ignore("no timestamp");
  const ageMs = request.receivedAt - sentAt;
  if (ageMs > maxAgeMs || ageMs < -maxAheadMs) return ignore("stale");
  const seen = envelope.safeParse(readJson(request.body));
  if (!seen.success) return ignore("unexpected shape");
  // This header is not signed. The signed body must agree with it, or a replay could pass a notification as a revocation.
  const type = request.headers.get("twitch-eventsub-message-type");
  if (type === "webhook_callback_verification") return readChallenge(seen.data);
  if (type === "notification") return readNotification(seen.data, request, { sentAt, config });
  if (type === "revocation") return readRevocation(seen.data);
  return ignore("unknown message type");
}

function readChallenge({ subscription, challenge, event, events }: Envelope): Receipt {
  if (challenge === undefined || event !== undefined || events !== undefined)
    return ignore("type contradicts body");
  // The answer repeats what it was given, so it repeats nothing that a browser could take for anything but text.
  if (!challengeShape.test(challenge)) return ignore("odd challenge", 403);
  return {
    kind: "challenge",
    ...subjectOf(subscription),
    answer: { status: 200, contentType: "text/plain", body: challenge },
  };
}

function readRevocation({ subscription, challenge, event, events }: Envelope): Receipt {
  const isEvent = event !== undefined || events !== undefined;
  if (subscription.status === "enabled" || challenge !== undefined || isEvent)
    return ignore("type contradicts body");
  return { kind: "revoked", ...subjectOf(subscription), status: subscription.status, answer: accepted };
}

interface NotificationFacts {
  sentAt: number;
  config: PlatformConfig;
}

function readNotification(body: Envelope, request: WebhookRequest, facts: NotificationFacts): Receipt {
  const { subscription, challenge, event, events } = body;
  if ((event === undefined) === (events === undefined) || challenge !== undefined)
    return ignore("type contradicts body");
  const type = `${subscription.type}@${subscription.version}`;
  if (unusedTypes.has(type)) return ignore(`no use for it yet: ${subscription.type}`);
  const read = readers.get(type);
  if (!read) return ignore("unknown subscription type");
  const { receivedAt, correlationId } = request;
  const messageId = request.headers.get("twitch-eventsub-message-id") ?? "";
  // In a batch each event has an id of its own, and a re-send may cut the batch differently.
  const deliveries = events ?? [{ id: messageId, data: event }];
  const readings = deliveries.map(({ id, data }) =>
    readOne(read, data, { messageId: id, receivedAt, correlationId, ...facts }),
  );
  const found = readings.filter((reading) => typeof reading !== "string");
  const [reason = "empty batch"] = readings.filter((reading) => typeof reading === "string");
  return found.length > 0 ? { kind: "events", events: found, answer: accepted } : ignore(reason);
}

/** The event, or why it is none of ours. */
function readOne(read: Reader, data: unknown, delivery: Delivery): PlatformEvent | string {
  const reading = read(data, delivery);
  if ("ignored" in reading) return reading.ignored;
  const event = platformEvent.safeParse(reading.event);
  return event.success ? event.data : "unfit event";
}

/** The channel a subscription is about. Twitch fills the unused end of a raid's condition with "". */
function subjectOf({ id, type, condition }: Envelope["subscription"]) {
  const { broadcaster_user_id: channel, to_broadcaster_user_id: raided, conduit_id: conduit } = condition;
  const target = channel || raided || conduit || "";
  return { subscriptionId: id, topic: type, target };
}

function ignore(reason: string, status = 204): Receipt {
  return { kind: "ignored", reason, answer: { ...accepted, status } };
}

function readJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body));
  } catch {
    // Signed, yet no JSON: the schema refuses undefined and the request is counted as ignored.
    return undefined;
  }
}
