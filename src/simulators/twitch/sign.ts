import { createHmac } from "node:crypto";

export interface EventSubMessage {
  secret: string;
  id: string;
  /** The header's own text: re-formatting a date would change the signature. */
  timestamp: string;
  body: string;
}

/** `sha256=` and the lower-case hex of HMAC-SHA256 over id, timestamp and raw body, without separators. */
export function signEventSub({ secret, id, timestamp, body }: EventSubMessage): string {
  return `sha256=${createHmac("sha256", secret).update(id).update(timestamp).update(body).digest("hex")}`;
}
