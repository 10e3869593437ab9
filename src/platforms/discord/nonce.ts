import { concatBytes } from "#lib/hmac";

/**
 * The nonce of one part of one message: 25 characters, the most Discord takes, and equal on every attempt.
 * With `enforce_nonce` a repeated one gives the earlier message back instead of a second one.
 */
export async function makeNonce(messageId: string, part: number): Promise<string> {
  const digest = await crypto.subtle.digest(
    "SHA-256",
    concatBytes(part === 0 ? messageId : `${messageId}/${part}`),
  );
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return BigInt(`0x${hex}`).toString(36).padStart(25, "0").slice(-25);
}
