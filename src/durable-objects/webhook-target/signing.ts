import { createHmac } from "node:crypto";
import { fromBase64 } from "#lib/keyring";

/** How long the key before a rotation goes on signing, so that a receiver can change over without losing an event. */
export const previousKeyMs = 24 * 3_600_000;

export interface SignedParts {
  id: string;
  /** Of the attempt, in seconds. */
  timestamp: number;
  body: string;
}

/**
 * The key of one webhook, as its owner gets it: `whsec_` and base64 of 32 bytes. Derived from the master key, so none is
 * stored and one tells nothing of another; a higher number is another key. Undefined without a master key.
 */
export function outgoingKey(masterKey: string, webhookId: number, keyNumber: number): string | undefined {
  if (!masterKey) return undefined;
  const digest = createHmac("sha256", masterKey).update(`outgoing-webhook\n${webhookId}\n${keyNumber}`);
  return `whsec_${digest.digest("base64")}`;
}

/**
 * The headers of one attempt: those of Standard Webhooks, over id, time and body, and the older plain one over the body
 * alone, whose key is the key's text as it was shown. While a key is being changed both sign: the first header holds
 * two signatures, the plain one has a second header.
 */
export function signatureHeaders(
  parts: SignedParts,
  keys: readonly [string, ...string[]],
): Record<string, string> {
  const [current, previous] = keys;
  return {
    "webhook-id": parts.id,
    "webhook-timestamp": String(parts.timestamp),
    "webhook-signature": keys.map((key) => standardSignature(parts, key)).join(" "),
    "x-webhook-signature": plainSignature(parts.body, current),
    ...(previous === undefined
      ? {}
      : { "x-webhook-signature-previous": plainSignature(parts.body, previous) }),
  };
}

function standardSignature({ id, timestamp, body }: SignedParts, key: string): string {
  const bytes = fromBase64(key.slice("whsec_".length));
  return `v1,${createHmac("sha256", bytes).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
}

function plainSignature(body: string, key: string): string {
  return `sha256=${createHmac("sha256", key).update(body).digest("hex")}`;
}
