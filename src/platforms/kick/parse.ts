import { platformEvent } from "#contracts/event";
import type { Answer, PlatformConfig, Receipt, WebhookRequest } from "#contracts/platform";
import { type Reading, readers, unusedTypes } from "#platforms/kick/events";
import { readRelayed } from "#platforms/kick/relayed";
import { readTimestamp } from "#platforms/kick/timestamp";
import { isRelayed } from "#platforms/kick/verify";
import { readJson } from "#platforms/kick/wire";

const maxAgeMs = 10 * 60_000;
const maxAheadMs = 2 * 60_000;
/** Kick asks for a 200; other answers are repeated and, if there are many, end the subscription. */
const accepted: Answer = { status: 200, contentType: "text/plain", body: "" };

/** A verified request in our words. Whatever was signed is read without an exception. */
export function parse(request: WebhookRequest, config: PlatformConfig): Receipt {
  const payload = readJson(request.body);
  const reading = isRelayed(request.headers)
    ? readRelayed(payload, request, config)
    : readOwn(payload, request, config);
  if ("ignored" in reading) return ignore(reading.ignored);
  const ageMs = request.receivedAt - reading.sentAt;
  if (ageMs > maxAgeMs || ageMs < -maxAheadMs) return ignore("stale");
  const event = platformEvent.safeParse(reading.event);
  return event.success ? { kind: "events", events: [event.data], answer: accepted } : ignore("unfit event");
}

function readOwn(payload: unknown, request: WebhookRequest, config: PlatformConfig) {
  const { headers, receivedAt, correlationId } = request;
  const sentAt = readTimestamp(headers.get("kick-event-message-timestamp") ?? "");
  if (sentAt === undefined) return { ignored: "no timestamp" };
  const type = `${headers.get("kick-event-type")}@${headers.get("kick-event-version")}`;
  if (unusedTypes.has(type)) return { ignored: `no use for it yet: ${type.replace(/@.*/, "")}` };
  // These two headers are not signed, but the shapes of the signed bodies are: each reader takes its own type only.
  const read = readers.get(type);
  if (!read) return { ignored: "unknown event type" };
  const messageId = headers.get("kick-event-message-id") ?? "";
  const reading: Reading = read(payload, { messageId, sentAt, receivedAt, correlationId, config });
  return "event" in reading ? { ...reading, sentAt } : reading;
}

/** Counted, without effect, and answered 200, so that it is not sent again. */
function ignore(reason: string): Receipt {
  return { kind: "ignored", reason, answer: accepted };
}
