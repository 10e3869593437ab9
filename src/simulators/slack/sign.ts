import { createHmac } from "node:crypto";

/** `v0=` and the hex of HMAC-SHA256 over `v0:timestamp:raw body`; the timestamp is in epoch seconds. */
export function signSlack(signingSecret: string, timestamp: string, body: string): string {
  return `v0=${createHmac("sha256", signingSecret).update(`v0:${timestamp}:${body}`).digest("hex")}`;
}
