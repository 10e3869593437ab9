import { gatewayHeaders } from "#contracts/gateway";
import { verifyHmacSha256 } from "#lib/hmac";

/** How far the two clocks may be apart, either way. A nonce must be remembered for twice as long. */
export const handshakeAgeMs = 60_000;

export interface Handshake {
  gatewayId: string;
  /** Epoch milliseconds, as the gateway's clock has it. */
  timestamp: number;
  /** 32 hex digits, new for every attempt. */
  nonce: string;
}

export type HandshakeVerdict = { ok: true; handshake: Handshake } | { ok: false; reason: string };

/** The headers that open a gateway's socket. Shared by both sides, so that they cannot drift apart. */
export async function signHandshake(handshake: Handshake, key: string): Promise<Record<string, string>> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const hmacKey = await crypto.subtle.importKey("raw", new TextEncoder().encode(key), algorithm, false, [
    "sign",
  ]);
  const signature = await crypto.subtle.sign("HMAC", hmacKey, signedBytes(handshake));
  return {
    [gatewayHeaders.id]: handshake.gatewayId,
    [gatewayHeaders.timestamp]: String(handshake.timestamp),
    [gatewayHeaders.nonce]: handshake.nonce,
    [gatewayHeaders.signature]: toHex(new Uint8Array(signature)),
  };
}

/**
 * Format, age and signature; the caller still has to refuse a nonce it has seen.
 * `keys` is one key or, while it is being changed, two with a comma between. Fails closed: no key, no entry.
 */
export async function verifyHandshake(
  headers: Headers,
  keys: string | undefined,
  now: number,
): Promise<HandshakeVerdict> {
  const handshake = readHandshake(headers);
  if (!handshake) return { ok: false, reason: "malformed handshake" };
  if (Math.abs(now - handshake.timestamp) > handshakeAgeMs) return { ok: false, reason: "stale handshake" };
  const signature = headers.get(gatewayHeaders.signature) ?? "";
  for (const key of (keys ?? "").split(",")) {
    if (await verifyHmacSha256(key, signedBytes(handshake), signature)) return { ok: true, handshake };
  }
  return { ok: false, reason: "wrong signature" };
}

/** The handshake's three facts, each in its one allowed spelling. A header sent twice is joined by a comma and refused. */
export function readHandshake(headers: Headers): Handshake | undefined {
  const gatewayId = headers.get(gatewayHeaders.id) ?? "";
  const timestamp = headers.get(gatewayHeaders.timestamp) ?? "";
  const nonce = headers.get(gatewayHeaders.nonce) ?? "";
  const isWellFormed =
    /^[A-Za-z0-9_-]{1,64}$/.test(gatewayId) &&
    /^[1-9]\d{0,14}$/.test(timestamp) &&
    /^[0-9a-f]{32}$/.test(nonce);
  return isWellFormed ? { gatewayId, timestamp: Number(timestamp), nonce } : undefined;
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function signedBytes({ gatewayId, timestamp, nonce }: Handshake): Uint8Array {
  return new TextEncoder().encode(`${gatewayId}\n${timestamp}\n${nonce}`);
}
