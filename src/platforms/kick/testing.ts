import { createHmac, createSign, generateKeyPairSync } from "node:crypto";
import * as z from "zod";

/** A pair for this run only; the public half stands in for Kick's. */
const { publicKey, privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
const messageId = "01JX3K9Q4W8ZT6M2V5N7B0C1DE";
const spoken = z.object({ content: z.string() });
/** RSA signs alike every time and slowly: what was signed once is remembered. */
const signatures = new Map<string, string>();

/** What each type alone carries. */
const marks: Readonly<Record<string, string>> = {
  message_id: "chat.message.sent",
  follower: "channel.followed",
  giftees: "channel.subscription.gifts",
  is_live: "livestream.status.updated",
  banned_user: "moderation.banned",
  gift: "kicks.gifted",
  redeemer: "channel.reward.redemption.updated",
  metadata: "livestream.metadata.updated",
};

/** What the contract suite needs to play Kick. */
export const probe = {
  config: {
    KICK_PUBLIC_KEY: publicKey,
    KICK_WEBHOOK_SECRET: "a secret of the suite",
    KICK_BOT_USER_ID: "900",
    KICK_BOT_CHANNEL_ID: "100",
    KICK_API_BASE: "https://kick.test",
  },
  fixtures: new URL("./fixtures/", import.meta.url),
  encode: (payload: unknown) => new TextEncoder().encode(JSON.stringify(payload)),
  sign(body: Uint8Array, sentAt: number) {
    const timestamp = new Date(sentAt).toISOString().replace(".000Z", "Z");
    const headers = new Headers({
      "kick-event-message-id": messageId,
      "kick-event-message-timestamp": timestamp,
      "kick-event-signature": signOnce(`${messageId}.${timestamp}.`, body),
      "kick-event-type": typeOf(body),
      "kick-event-version": "1",
    });
    return { path: "", headers, body, receivedAt: sentAt, correlationId: "suite" };
  },
  signedHeaders: ["kick-event-message-id", "kick-event-message-timestamp", "kick-event-signature"],
  examples: { event: "chat.message.sent", own: "chat.message.sent-own", unknown: "unknown-type" },
  freshness: { pastMs: 600_000, futureMs: 120_000 },
  message: {
    id: "kick:1/core/0",
    entityId: "kick:100",
    target: { kind: "chat" as const, platform: "kick", channel: "100", replyToMessageId: "m-1" },
    text: "Hello & welcome!",
    ephemeral: false,
    priority: "reply" as const,
    correlationId: "suite",
  },
  answers: {
    sent: () => Response.json({ data: { is_sent: true, message_id: "m-2" }, message: "OK" }),
    limited: {
      make: () => new Response("{}", { status: 429, headers: { "retry-after": "7" } }),
      now: 1_779_278_400_000,
      retryAfterMs: 7000,
    },
  },
  isHarmless(init: RequestInit | undefined) {
    return !/^[\s/]|[\r\n]/.test(this.textOf(init) ?? "/");
  },
  textOf: (init: RequestInit | undefined) => spoken.parse(JSON.parse(String(init?.body))).content,
};

/** A request of the older form, as a relay signs it: the body and nothing else. */
export function signAsRelay(payload: unknown, receivedAt: number) {
  const body = probe.encode(payload);
  const digest = createHmac("sha256", probe.config.KICK_WEBHOOK_SECRET).update(body).digest("hex");
  return {
    path: "",
    headers: new Headers({ "x-kick-signature": digest }),
    body,
    receivedAt,
    correlationId: "suite",
  };
}

function signOnce(prefix: string, body: Uint8Array): string {
  const key = `${prefix}${Buffer.from(body).toString("latin1")}`;
  const known =
    signatures.get(key) ?? createSign("sha256").update(prefix).update(body).sign(privateKey, "base64");
  signatures.set(key, known);
  return known;
}

/** As Kick chooses it for such a body. */
function typeOf(body: Uint8Array): string {
  const fields = z.record(z.string(), z.unknown()).safeParse(readJson(body)).data ?? {};
  if ("subscriber" in fields)
    return fields.duration === 1 ? "channel.subscription.new" : "channel.subscription.renewal";
  const mark = Object.keys(marks).find((name) => name in fields);
  return (mark && marks[mark]) || "channel.tomorrow";
}

function readJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    // The suite sends bytes that are no JSON on purpose.
    return undefined;
  }
}
