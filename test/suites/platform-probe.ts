import type { PlatformConfig, WebhookRequest } from "#contracts/platform";
import type { OutboundMessage } from "#contracts/sender";

/** What saying something there looks like; all that is asked of a platform whose chat is read by polling. */
export interface SendProbe {
  config: PlatformConfig;
  /** Something to say in a channel. */
  message: OutboundMessage;
  answers: {
    /** A fresh answer each: a Response is read once. */
    sent(): Response;
    limited: { make(): Response; now: number; retryAfterMs: number };
  };
  /** Whether this request can neither wake everybody up nor order the platform about. */
  isHarmless(init: RequestInit | undefined): boolean;
  /** The words in a request the platform was sent; undefined for a request without any. */
  textOf(init: RequestInit | undefined): string | undefined;
}

/** How a platform with a webhook describes itself to the suite: `probe` in its `testing.ts`. */
export interface PlatformProbe extends SendProbe {
  /** Where `<event>.json` (their payload) and `<event>.expected.json` (our receipt) lie. */
  fixtures: URL;
  /** The fixture's payload as the platform puts it on the wire. */
  encode(payload: unknown): Uint8Array;
  /** The request as the platform would sign and send it at that time. */
  sign(body: Uint8Array, sentAt: number): WebhookRequest;
  /** The headers the signature covers, and its own. */
  signedHeaders: readonly string[];
  /** A fixture that becomes an event, one of our own doing, and one of a kind we do not know. */
  examples: { event: string; own: string; unknown: string };
  freshness: { pastMs: number; futureMs: number };
}

/** A second that every fixture's expectation is written for. */
export const suiteTime = Date.UTC(2026, 4, 20, 12, 0, 0);
