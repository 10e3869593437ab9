import type { PlatformConfig, Verdict, WebhookRequest } from "#contracts/platform";
import { concatBytes, verifyHmacSha256 } from "#lib/hmac";
import { isSslCheck } from "#platforms/slack/wire";

const maxSkewMs = 300_000;
const secondsShape = /^[1-9]\d{8,10}$/;

/**
 * `v0=` HMAC over `v0:timestamp:body`, at most 300 s old or ahead (Slack, Verifying requests).
 * An unsigned `ssl_check` passes as well: Slack does not sign it, and `parse` reads nothing else out of it.
 */
export async function verify(request: WebhookRequest, config: PlatformConfig): Promise<Verdict> {
  const secret = config.SLACK_SIGNING_SECRET;
  if (!secret) return { ok: false, status: 503, reason: "not configured" };
  const signature = request.headers.get("x-slack-signature");
  if (signature === null && isSslCheck(request.body)) return { ok: true };
  const timestamp = request.headers.get("x-slack-request-timestamp") ?? "";
  if (!signature?.startsWith("v0=") || !secondsShape.test(timestamp))
    return refused("malformed signature headers");
  if (Math.abs(request.receivedAt - Number(timestamp) * 1000) > maxSkewMs) return refused("stale");
  const message = concatBytes(`v0:${timestamp}:`, request.body);
  const isGenuine = await verifyHmacSha256(secret, message, signature.slice("v0=".length));
  return isGenuine ? { ok: true } : refused("bad signature");
}

function refused(reason: string): Verdict {
  return { ok: false, status: 401, reason };
}
