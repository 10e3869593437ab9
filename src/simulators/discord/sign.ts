import { createPrivateKey, sign } from "node:crypto";

/** Signs `timestamp ‖ raw body` with the application's ed25519 key; 64 bytes as hex. */
export function makeInteractionSigner(privateKeyPem: string): (timestamp: string, body: string) => string {
  const key = createPrivateKey(privateKeyPem);
  return (timestamp, body) => sign(null, Buffer.from(timestamp + body), key).toString("hex");
}

/** The same signature with its first byte changed: what Discord sends now and then to see it refused. */
export function spoilSignature(signature: string): string {
  const first = Number.parseInt(signature.slice(0, 2), 16) ^ 0xff;
  return first.toString(16).padStart(2, "0") + signature.slice(2);
}
