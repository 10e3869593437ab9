import { verifyKey } from "discord-interactions";
import type { PlatformConfig, Verdict, WebhookRequest } from "#contracts/platform";

const maxSkewMs = 5 * 60_000;
const keyShape = /^[0-9a-fA-F]{64}$/;
const signatureShape = /^[0-9a-f]{128}$/;
const secondsShape = /^[1-9]\d{8,10}$/;

/**
 * Ed25519 over timestamp and raw body; anything else is 401, which Discord probes for (Receiving and Responding).
 * The shapes come first because `verifyKey` reads hex leniently. Discord sets no age limit; five minutes are ours.
 */
export async function verify(request: WebhookRequest, config: PlatformConfig): Promise<Verdict> {
  const key = config.DISCORD_PUBLIC_KEY ?? "";
  if (!keyShape.test(key)) return { ok: false, status: 503, reason: "not configured" };
  const signature = request.headers.get("x-signature-ed25519") ?? "";
  const timestamp = request.headers.get("x-signature-timestamp") ?? "";
  if (!signatureShape.test(signature) || !secondsShape.test(timestamp))
    return refused("malformed signature headers");
  if (Math.abs(request.receivedAt - Number(timestamp) * 1000) > maxSkewMs) return refused("stale");
  const isGenuine = await verifyKey(request.body, signature, timestamp, key);
  return isGenuine ? { ok: true } : refused("bad signature");
}

function refused(reason: string): Verdict {
  return { ok: false, status: 401, reason };
}
