import { createHmac } from "node:crypto";
import * as z from "zod";

const secret = "a secret of the suite";
const messageId = "0f5b3c52-6d0e-4a7e-9a39-2d1a3c0de001";
const shape = z.object({
  challenge: z.unknown().optional(),
  event: z.unknown().optional(),
  events: z.unknown().optional(),
});
const spoken = z.object({ message: z.string() });

/** What the contract suite needs to play Twitch. */
export const probe = {
  config: {
    TWITCH_EVENTSUB_SECRET: secret,
    TWITCH_CLIENT_ID: "suite-client",
    TWITCH_BOT_USER_ID: "900",
    TWITCH_API_BASE: "https://helix.test",
  },
  fixtures: new URL("./fixtures/", import.meta.url),
  encode: (payload: unknown) => new TextEncoder().encode(JSON.stringify(payload)),
  sign(body: Uint8Array, sentAt: number) {
    const timestamp = new Date(sentAt).toISOString().replace("Z", "123456Z");
    const digest = createHmac("sha256", secret)
      .update(messageId)
      .update(timestamp)
      .update(body)
      .digest("hex");
    const headers = new Headers({
      "twitch-eventsub-message-id": messageId,
      "twitch-eventsub-message-timestamp": timestamp,
      "twitch-eventsub-message-signature": `sha256=${digest}`,
      "twitch-eventsub-message-type": messageType(body),
    });
    return { path: "", headers, body, receivedAt: sentAt, correlationId: "suite" };
  },
  signedHeaders: [
    "twitch-eventsub-message-id",
    "twitch-eventsub-message-timestamp",
    "twitch-eventsub-message-signature",
  ],
  examples: { event: "channel.chat.message", own: "channel.chat.message-own", unknown: "unknown-type" },
  freshness: { pastMs: 600_000, futureMs: 120_000 },
  message: {
    id: "twitch:1/core/0",
    entityId: "twitch:100",
    target: { kind: "chat" as const, platform: "twitch", channel: "100", replyToMessageId: "m-1" },
    text: "Hello & welcome!",
    ephemeral: false,
    priority: "reply" as const,
    correlationId: "suite",
  },
  answers: {
    sent: () => Response.json({ data: [{ message_id: "m-2", is_sent: true, drop_reason: null }] }),
    limited: {
      make: () => new Response("{}", { status: 429, headers: { "ratelimit-reset": "1779278407" } }),
      now: 1_779_278_400_000,
      retryAfterMs: 7000,
    },
  },
  isHarmless(init: RequestInit | undefined) {
    const text = this.textOf(init) ?? "/";
    return !/^[\s/.]|[\r\n]/.test(text);
  },
  textOf: (init: RequestInit | undefined) => spoken.parse(JSON.parse(String(init?.body))).message,
};

/** As Twitch chooses it for such a body. */
function messageType(body: Uint8Array): string {
  const seen = shape.safeParse(readJson(body)).data ?? {};
  if ("challenge" in seen) return "webhook_callback_verification";
  return "event" in seen || "events" in seen ? "notification" : "revocation";
}

function readJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    // The suite sends bytes that are no JSON on purpose.
    return undefined;
  }
}
