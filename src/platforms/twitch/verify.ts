import type { PlatformConfig, Verdict, WebhookRequest } from "#contracts/platform";
import { concatBytes, verifyHmacSha256 } from "#lib/hmac";

// Id and timestamp are signed with nothing between them and the body. Strict shapes keep an attacker from moving
// the borders, so that no text inside a genuine body can ever pass for a fresh timestamp.
const idShape = /^[A-Za-z0-9._=+/-]{1,128}$/;
const timestampShape = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

/**
 * `sha256=` HMAC over message id, timestamp header and raw body (Twitch, Handling webhook events).
 * Age is judged in `parse`: a stale message that Twitch really signed is answered 2xx, a 4xx would count against us.
 */
export async function verify(request: WebhookRequest, config: PlatformConfig): Promise<Verdict> {
  const secret = config.TWITCH_EVENTSUB_SECRET;
  if (!secret) return { ok: false, status: 503, reason: "not configured" };
  const id = request.headers.get("twitch-eventsub-message-id") ?? "";
  const timestamp = request.headers.get("twitch-eventsub-message-timestamp") ?? "";
  const signature = request.headers.get("twitch-eventsub-message-signature") ?? "";
  if (!idShape.test(id) || readTimestamp(timestamp) === undefined || !signature.startsWith("sha256=")) {
    return { ok: false, status: 403, reason: "malformed signature headers" };
  }
  const message = concatBytes(id, timestamp, request.body);
  const isGenuine = await verifyHmacSha256(secret, message, signature.slice("sha256=".length));
  return isGenuine ? { ok: true } : { ok: false, status: 403, reason: "bad signature" };
}

/** RFC 3339 with up to nine fraction digits, as epoch milliseconds; undefined when it is no date. */
export function readTimestamp(text: string): number | undefined {
  const match = timestampShape.exec(text);
  if (!match) return undefined;
  const [, seconds, fraction = "", zone] = match;
  const at = Date.parse(`${seconds}.${fraction.slice(0, 3).padEnd(3, "0")}${zone}`);
  return at >= 0 ? at : undefined;
}
