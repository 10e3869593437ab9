const hexDigest = /^[0-9a-f]{64}$/;

/**
 * Whether `hexSignature` is the HMAC-SHA256 of `message`. Exactly 64 lower-case hex digits, nothing around them:
 * every other spelling is refused before any key is touched. The comparison is WebCrypto's own, in constant time.
 */
export async function verifyHmacSha256(
  secret: string,
  message: Uint8Array,
  hexSignature: string,
): Promise<boolean> {
  if (secret === "" || !hexDigest.test(hexSignature)) return false;
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(secret), algorithm, false, [
    "verify",
  ]);
  return await crypto.subtle.verify("HMAC", key, fromHex(hexSignature), message);
}

/** What a signature covers: header text and raw body, one after the other. */
export function concatBytes(...parts: readonly (string | Uint8Array)[]): Uint8Array {
  const encoder = new TextEncoder();
  const chunks = parts.map((part) => (typeof part === "string" ? encoder.encode(part) : part));
  const whole = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, at) =>
    Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16),
  );
}
