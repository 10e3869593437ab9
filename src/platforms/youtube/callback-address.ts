import type { PlatformConfig } from "#contracts/platform";
import { verifyHmacSha256 } from "#lib/hmac";

/** Under this name the address carries its proof. */
export const proofName = "proof";
const algorithm = { name: "HMAC", hash: "SHA-256" };

/**
 * The address a hub is told to call for one channel. Its proof only says that the address comes from us (WebSub §5.1
 * wants it unguessable); with it nothing can be done but ask whether that channel is watched.
 */
export async function callbackAddress(
  callbackUrl: string,
  channelId: string,
  secret: string,
): Promise<string> {
  const key = await crypto.subtle.importKey("raw", bytesOf(secret), algorithm, false, ["sign"]);
  const proof = new Uint8Array(await crypto.subtle.sign("HMAC", key, bytesOf(subject(channelId))));
  const url = new URL(callbackUrl);
  url.searchParams.set(proofName, Array.from(proof, (byte) => byte.toString(16).padStart(2, "0")).join(""));
  return url.href;
}

/** Whether a question came to the address of that very channel. */
export function isOurAddress(proof: string, channelId: string, config: PlatformConfig): Promise<boolean> {
  return verifyHmacSha256(config.YOUTUBE_WEBSUB_SECRET ?? "", bytesOf(subject(channelId)), proof);
}

/** Named, so that no other signature made with this secret can stand in for it. */
function subject(channelId: string): string {
  return `websub callback ${channelId}`;
}

function bytesOf(text: string) {
  return new TextEncoder().encode(text);
}
