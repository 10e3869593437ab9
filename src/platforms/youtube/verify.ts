import type { PlatformConfig, Verdict, WebhookRequest } from "#contracts/platform";

const signatureShape = /^sha1=[0-9a-f]{40}$/;

/**
 * WebSub's authenticated distribution: HMAC-SHA1 of the raw body with the secret given on subscribing; Google's hub
 * signs with nothing newer. There is no time in it: a repeated notification says "look at this video" again, which
 * changes nothing.
 */
export async function verify(request: WebhookRequest, config: PlatformConfig): Promise<Verdict> {
  const secret = config.YOUTUBE_WEBSUB_SECRET ?? "";
  if (secret === "") return { ok: false, status: 503, reason: "not configured" };
  const given = request.headers.get("x-hub-signature") ?? "";
  if (!signatureShape.test(given)) return { ok: false, status: 403, reason: "malformed signature header" };
  const algorithm = { name: "HMAC", hash: "SHA-1" };
  const bytes = new TextEncoder().encode(secret);
  const key = await crypto.subtle.importKey("raw", bytes, algorithm, false, ["verify"]);
  const signature = Uint8Array.from(given.slice(5).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const isGenuine = await crypto.subtle.verify("HMAC", key, signature, request.body);
  return isGenuine ? { ok: true } : { ok: false, status: 403, reason: "bad signature" };
}
