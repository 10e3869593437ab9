import type { PlatformConfig, Verdict, WebhookRequest } from "#contracts/platform";
import { concatBytes, verifyHmacSha256 } from "#lib/hmac";
import { verifyRsaSha256 } from "#platforms/kick/rsa";
import { readTimestamp } from "#platforms/kick/timestamp";

// No dot may stand in an id, so that the dots between the signed parts can be read in one way only.
const idShape = /^[A-Za-z0-9_-]{1,128}$/;
const ownHeaders = ["kick-event-message-id", "kick-event-message-timestamp", "kick-event-signature"];

/**
 * Kick signs `message id.timestamp.body` with its private key (Kick, Webhook security). A request without any of its
 * headers may come from a relay instead, which signs the body with a shared secret.
 * Fails closed: without a key for its form a request is 401, never let through (FUT-2). Age is judged in `parse`,
 * because a stale message that Kick really signed must not count as an error of ours.
 */
export async function verify(request: WebhookRequest, config: PlatformConfig): Promise<Verdict> {
  return isRelayed(request.headers) ? await verifyRelayed(request, config) : await verifyOwn(request, config);
}

/** Whether a request bears none of Kick's own signature headers. */
export function isRelayed(headers: Headers): boolean {
  return !ownHeaders.some((name) => headers.has(name));
}

async function verifyOwn(
  { headers, body }: WebhookRequest,
  { KICK_PUBLIC_KEY: publicKey }: PlatformConfig,
): Promise<Verdict> {
  if (!publicKey) return refused("not configured");
  const [id = "", timestamp = "", signature = ""] = ownHeaders.map((name) => headers.get(name) ?? "");
  if (!idShape.test(id) || readTimestamp(timestamp) === undefined)
    return refused("malformed signature headers");
  const isGenuine = await verifyRsaSha256(publicKey, concatBytes(`${id}.${timestamp}.`, body), signature);
  return isGenuine ? { ok: true } : refused("bad signature");
}

async function verifyRelayed(
  { headers, body }: WebhookRequest,
  { KICK_WEBHOOK_SECRET: secret }: PlatformConfig,
): Promise<Verdict> {
  if (!secret) return refused("not configured");
  const isGenuine = await verifyHmacSha256(secret, body, headers.get("x-kick-signature") ?? "");
  return isGenuine ? { ok: true } : refused("bad signature");
}

function refused(reason: string): Verdict {
  return { ok: false, status: 401, reason };
}
