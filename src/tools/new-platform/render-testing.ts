import { headersOf, titleOf, variablesOf } from "#tools/new-platform/naming";

/** `testing.ts`, by which the contract suite plays the platform, and the folder's own tests. */
export function renderTesting(name: string): Record<string, string> {
  const { secret, botUserId, apiBase, authBase, clientId, clientSecret } = variablesOf(name);
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
import type { OutboundGate } from "#contracts/outbound-gate";
import type { SendContext } from "#contracts/platform";
import { actions } from "#platforms/${name}/actions";
import { oauth } from "#platforms/${name}/oauth";
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

/** Lets everything pass. */
const gate: OutboundGate = { take: async () => ({ waitMs: 0 }), shut: async () => undefined };

/** Says it and keeps what the API was asked. */
async function say(text: string, config: SendContext["config"] = probe.config) {
  const requests: { url: string; headers: Headers; body: unknown }[] = [];
  const fetch: SendContext["fetch"] = async (url, init) => {
    const body: unknown = JSON.parse(String(init?.body));
    requests.push({ url: String(url), headers: new Headers(init?.headers), body });
    return probe.answers.sent();
  };
  const outcome = await send({ ...probe.message, text }, { fetch, config, token: "a token", now, gate });
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

test("what the gate holds back is asked for again later, and nothing is sent", async () => {
  const full: OutboundGate = { ...gate, take: async () => ({ waitMs: 700 }) };
  const fetch: SendContext["fetch"] = async () => expect.fail("nothing is sent");
  const outcome = await send(probe.message, { fetch, config: probe.config, token: "a token", now, gate: full });
  expect(outcome).toMatchObject({ ok: false, code: "rate_limited", retryAfterMs: 700 });
});

test("a message is deleted by its id, and nothing else can stand in the path", async () => {
  const paths: string[] = [];
  const fetch: SendContext["fetch"] = async (url, init) => {
    paths.push(\`\${init?.method} \${new URL(String(url)).pathname}\`);
    return new Response(null, { status: 204 });
  };
  const context = { fetch, config: probe.config, token: "t", account: "", server: "C1", channel: undefined };
  const remove = (messageId: string) =>
    actions.get("delete_message")?.run({ messageId }, { ...context, id: "a/1", now, gate });
  expect(await remove("M2")).toEqual({ ok: true, value: {} });
  expect(await remove("../me")).toMatchObject({ ok: false, code: "bad_request" });
  expect(paths).toEqual(["DELETE /messages/M2"]);
});

test("an account is connected with a proof, and a permission taken back is the end of it", async () => {
  const config = {
    ...probe.config,
    ${authBase}: "https://id.${name}.test",
    ${clientId}: "id",
    ${clientSecret}: "s",
  };
  const redirectUri = "https://bot.example/oauth/${name}/callback";
  const request = { role: "bot", state: "s-1", codeChallenge: "c", redirectUri } as const;
  expect(oauth.authorizeUrl(request, config).searchParams.get("code_challenge")).toBe("c");
  const fetch: SendContext["fetch"] = async (url) =>
    String(url).endsWith("/me")
      ? Response.json({ id: "U9", name: "Waddle" })
      : Response.json({ access_token: "a", refresh_token: "r", expires_in: 60, scope: "messages:write" });
  const code = { role: "bot", code: "c-1", codeVerifier: "v", redirectUri } as const;
  expect(await oauth.exchange(code, { fetch, config, now })).toMatchObject({
    ok: true,
    value: { account: { id: "U9", name: "Waddle" }, refreshToken: "r", scopes: ["messages:write"] },
  });
  const refused: SendContext["fetch"] = async () => Response.json({ error: "invalid_grant" }, { status: 400 });
  expect(await oauth.refresh("r", { fetch: refused, config, now })).toMatchObject({ kind: "dead" });
});

test("nothing is sent as long as nobody said where to", async () => {
  const { outcome, requests } = await say("Hello!", {});
  expect(outcome).toMatchObject({ ok: false, code: "disabled" });
  expect(requests).toEqual([]);
});
`,
  };
}
