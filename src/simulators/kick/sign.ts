import { createSign } from "node:crypto";

/** The base64 of RSA-SHA256 (PKCS#1 v1.5) over `message id.timestamp.raw body` (Kick, Webhook security). */
export function signKick(
  privateKeyPem: string,
  { id, timestamp, body }: { id: string; timestamp: string; body: string },
): string {
  return createSign("sha256").update(`${id}.${timestamp}.${body}`).sign(privateKeyPem, "base64");
}
