import { headersOf, titleOf, variablesOf } from "#tools/new-platform/naming";

/** `testing.ts`, by which the contract suite plays the platform, and the folder's own tests. */
export function renderTesting(name: string): Record<string, string> {
  const { secret, botUserId, apiBase } = variablesOf(name);
  const { signature, timestamp } = headersOf(name);
  const title = titleOf(name);
  return {
    "testing.ts": `import { createHmac } from "node:crypto";
import * as z from "zod";

const secret = "a secret of the suite";
const spoken = z.object({ text: z.string() });

/** What the contract suite needs to play ${title}. */
export const probe = {
  config: {
    ${secret}: secret,
    ${botUserId}: "BOT",
    ${apiBase}: "https://${name}.test",
  },
  fixtures: new URL("./fixtures/", import.meta.url),
  encode: (payload: unknown) => new TextEncoder().encode(JSON.stringify(payload)),
  sign(body: Uint8Array, sentAt: number) {
    const timestamp = String(Math.floor(sentAt / 1000));
    const signature = createHmac("sha256", secret).update(\`\${timestamp}.\`).update(body).digest("hex");
    const headers = new Headers({ "${timestamp}": timestamp, "${signature}": signature });
    return { path: "", headers, body, receivedAt: sentAt, correlationId: "suite" };
  },
  signedHeaders: ["${timestamp}", "${signature}"],
  examples: { event: "message", own: "message-own", unknown: "unknown-type" },
  freshness: { pastMs: 300_000, futureMs: 300_000 },
  message: {
    id: "${name}:M1/core/0",
    entityId: "${name}:C1",
    target: { kind: "chat" as const, platform: "${name}", channel: "C1", replyToMessageId: "M1" },
    text: "Hello & welcome!",
    ephemeral: false,
    priority: "reply" as const,
    correlationId: "suite",
  },
  answers: {
    sent: () => Response.json({ id: "M2" }),
    limited: {
      make: () => new Response("{}", { status: 429, headers: { "retry-after": "7" } }),
      now: 1_779_278_400_000,
      retryAfterMs: 7000,
    },
  },
  isHarmless(init: RequestInit | undefined) {
    const text = this.textOf(init);
    return !/^[\\s/.]|[\\r\\n]|@(?:everyone|here|channel|room|all)/i.test(text);
  },
  textOf: (init: RequestInit | undefined) => spoken.parse(JSON.parse(String(init?.body))).text,
};
`,
    [`${name}.test.ts`]: `import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import type { SendContext } from "#contracts/platform";
import { send } from "#platforms/${name}/send";
import { probe } from "#platforms/${name}/testing";
import { verify } from "#platforms/${name}/verify";

const now = Date.UTC(2026, 4, 20, 12, 0, 0);

test("the signature is the HMAC-SHA256 of timestamp, dot and body", async () => {
  const seconds = String(now / 1000);
  const body = '{"type":"message"}';
  const digest = createHmac("sha256", "s3cret").update(\`\${seconds}.\${body}\`).digest("hex");
  const headers = new Headers({ "${timestamp}": seconds, "${signature}": digest });
  const request = { path: "", headers, body: probe.encode({ type: "message" }), receivedAt: now, correlationId: "c" };
  const config = { ${secret}: "s3cret", ${botUserId}: "BOT" };
  expect(await verify(request, config)).toEqual({ ok: true });
});

/** Says it and keeps what the API was asked. */
async function say(text: string, config: SendContext["config"] = probe.config) {
  const requests: { url: string; headers: Headers; body: unknown }[] = [];
  const fetch: SendContext["fetch"] = async (url, init) => {
    const body: unknown = JSON.parse(String(init?.body));
    requests.push({ url: String(url), headers: new Headers(init?.headers), body });
    return probe.answers.sent();
  };
  const outcome = await send({ ...probe.message, text }, { fetch, config, token: "a token", now });
  return { outcome, requests };
}

test("a message goes to its channel as a reply, the token in a header", async () => {
  const { outcome, requests } = await say("Hello!");
  expect(outcome).toEqual({ ok: true, value: { platformMessageIds: ["M2"] } });
  expect(requests.map(({ url, body }) => ({ url, body }))).toEqual([
    { url: "https://${name}.test/messages", body: { channel: "C1", text: "Hello!", reply_to: "M1" } },
  ]);
  expect(requests[0]?.headers.get("authorization")).toBe("Bearer a token");
});

test("every part has an idempotency key of its own, the same on every attempt", async () => {
  const keysOf = async () => {
    const { requests } = await say("word ".repeat(500));
    return requests.map(({ headers }) => headers.get("idempotency-key"));
  };
  const keys = await keysOf();
  expect(new Set(keys).size).toBe(2);
  expect(await keysOf()).toEqual(keys);
});

test("nothing is sent as long as nobody said where to", async () => {
  const { outcome, requests } = await say("Hello!", {});
  expect(outcome).toMatchObject({ ok: false, code: "disabled" });
  expect(requests).toEqual([]);
});
`,
  };
}
