import { createHmac } from "node:crypto";
import * as z from "zod";

const secret = "a secret of the suite";
const form = z.record(z.string(), z.unknown());
const spoken = z.object({ text: z.string() });

/** What the contract suite needs to play Slack. */
export const probe = {
  config: {
    SLACK_SIGNING_SECRET: secret,
    SLACK_BOT_USER_ID: "U0BOT",
    SLACK_API_BASE: "https://slack.test/api",
  },
  fixtures: new URL("./fixtures/", import.meta.url),
  /** Commands, interactions and probes come as forms, with the interaction's JSON in `payload`. */
  encode(payload: unknown) {
    const fields = form.safeParse(payload).data ?? {};
    const isForm = ["command", "payload", "ssl_check"].some((name) => Object.hasOwn(fields, name));
    const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
    const pairs = Object.entries(fields).map(([name, value]): [string, string] => [name, text(value)]);
    return new TextEncoder().encode(isForm ? new URLSearchParams(pairs).toString() : JSON.stringify(payload));
  },
  sign(body: Uint8Array, sentAt: number) {
    const timestamp = String(Math.floor(sentAt / 1000));
    const digest = createHmac("sha256", secret).update(`v0:${timestamp}:`).update(body).digest("hex");
    const headers = new Headers({
      "x-slack-request-timestamp": timestamp,
      "x-slack-signature": `v0=${digest}`,
    });
    return { path: "", headers, body, receivedAt: sentAt, correlationId: "suite" };
  },
  signedHeaders: ["x-slack-request-timestamp", "x-slack-signature"],
  examples: { event: "message", own: "message-own", unknown: "unknown-event" },
  freshness: { pastMs: 300_000, futureMs: 300_000 },
  message: {
    id: "slack:Ev1/core/0",
    entityId: "slack:T1:C1",
    target: { kind: "chat" as const, platform: "slack", channel: "C1", server: "T1" },
    text: "Hello & welcome!",
    ephemeral: false,
    priority: "reply" as const,
    correlationId: "suite",
  },
  answers: {
    sent: () => Response.json({ ok: true, channel: "C1", ts: "1779278400.000100" }),
    limited: {
      make: () =>
        Response.json({ ok: false, error: "ratelimited" }, { status: 429, headers: { "retry-after": "7" } }),
      now: 1_779_278_400_000,
      retryAfterMs: 7000,
    },
  },
  isHarmless(init: RequestInit | undefined) {
    const { text } = spoken.parse(JSON.parse(String(init?.body)));
    return !/[<>]|&(?!amp;|lt;|gt;)/.test(text) && !String(init?.body).includes('"link_names":true');
  },
  textOf(init: RequestInit | undefined) {
    const { text } = spoken.parse(JSON.parse(String(init?.body)));
    return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
  },
};
