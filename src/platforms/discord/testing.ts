import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import * as z from "zod";

// RFC 8410's PKCS #8 frame around a fixed 32-byte seed: a key that exists for the suite alone.
const privateKey = createPrivateKey({
  key: Buffer.from(`302e020100300506032b657004220420${"5a".repeat(32)}`, "hex"),
  format: "der",
  type: "pkcs8",
});
const publicKey = createPublicKey(privateKey)
  .export({ type: "spki", format: "der" })
  .subarray(-32)
  .toString("hex");
const spoken = z.object({ content: z.string(), allowed_mentions: z.strictObject({ parse: z.tuple([]) }) });

/** What the contract suite needs to play Discord. */
export const probe = {
  config: {
    DISCORD_PUBLIC_KEY: publicKey,
    DISCORD_APPLICATION_ID: "720000000000000099",
    DISCORD_API_BASE: "https://discord.test/api",
  },
  fixtures: new URL("./fixtures/", import.meta.url),
  encode: (payload: unknown) => new TextEncoder().encode(JSON.stringify(payload)),
  sign(body: Uint8Array, sentAt: number) {
    const timestamp = String(Math.floor(sentAt / 1000));
    const signature = sign(null, Buffer.concat([Buffer.from(timestamp), body]), privateKey).toString("hex");
    const headers = new Headers({ "x-signature-timestamp": timestamp, "x-signature-ed25519": signature });
    return { path: "", headers, body, receivedAt: sentAt, correlationId: "suite" };
  },
  signedHeaders: ["x-signature-timestamp", "x-signature-ed25519"],
  examples: { event: "command", own: "command-own", unknown: "unknown-type" },
  freshness: { pastMs: 300_000, futureMs: 300_000 },
  message: {
    id: "discord:1/core/0",
    entityId: "discord:G1:C1",
    target: { kind: "chat" as const, platform: "discord", channel: "C1", server: "G1" },
    text: "Hello & welcome!",
    ephemeral: false,
    priority: "reply" as const,
    correlationId: "suite",
  },
  answers: {
    sent: () => Response.json({ id: "900", flags: 0 }),
    limited: {
      make: () =>
        Response.json({ retry_after: 0.65, global: false }, { status: 429, headers: { "retry-after": "1" } }),
      now: 1_779_278_400_000,
      retryAfterMs: 650,
    },
  },
  isHarmless: (init: RequestInit | undefined) => spoken.safeParse(JSON.parse(String(init?.body))).success,
  textOf: (init: RequestInit | undefined) =>
    init?.body ? spoken.parse(JSON.parse(String(init.body))).content : undefined,
};
