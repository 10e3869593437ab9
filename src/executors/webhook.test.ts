import { createHmac } from "node:crypto";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { type ExecutionRequestInput, executionRequest, targetKeyOf } from "#contracts/execution-target";
import { productVersion } from "#contracts/version";
import { makeHttpSend } from "#executors/http-send";
import { makeWebhookExecutor } from "#executors/webhook";
import { verifyHmacSha256 } from "#lib/hmac";
import { parseTraceparent, spanIdOf } from "#lib/trace";
import { type Handler, serveLocally } from "#simulators/http-server";
import { anInvocation } from "#test/fakes/an-invocation";

const signingSecret = "a key both sides know";
const now = Date.UTC(2026, 4, 1, 12);

interface Seen {
  headers: Headers;
  body: Buffer;
}
const seen: Seen[] = [];
let respond: Handler = async () => Response.json({ success: true });
const server = await serveLocally(0, async (request) => {
  seen.push({ headers: request.headers, body: Buffer.from(await request.clone().arrayBuffer()) });
  return respond(request);
});
afterAll(() => server.close());
beforeEach(() => {
  seen.length = 0;
});

const executor = makeWebhookExecutor({ send: makeHttpSend(fetch), now: () => now });

function aRequest(facts: Partial<ExecutionRequestInput> = {}) {
  const target = { type: "webhook" as const, url: `${server.url}/hook`, signingSecret };
  const invocation = anInvocation({ module: "weather", command: "weather", argsText: "Köln ☔ 3" });
  return executionRequest.parse({ target, invocation, timeoutMs: 500, ...facts });
}

function execute(handler: Handler, facts: Partial<ExecutionRequestInput> = {}) {
  respond = handler;
  return executor.execute(aRequest(facts));
}

const hmac = (body: Buffer | string, key = signingSecret) =>
  `sha256=${createHmac("sha256", key).update(body).digest("hex")}`;

describe("what is sent", () => {
  test("SDK-1 the signature covers the body as sent, byte for byte, and not the body written again", async () => {
    await execute(async () => Response.json({ success: true, message: "rain" }));
    const [{ headers, body } = { headers: new Headers(), body: Buffer.of() }] = seen;
    const signature = headers.get("x-waddlebot-signature") ?? "";
    expect(signature).toBe(hmac(body));
    expect(await verifyHmacSha256(signingSecret, body, signature.slice("sha256=".length))).toBe(true);
    const rewritten = JSON.stringify(JSON.parse(body.toString("utf8")), null, 1);
    expect(signature).not.toBe(hmac(rewritten));
    expect(signature).not.toBe(hmac(body, "another key of another module"));
  });

  test("headers name us, and the body is the documented one", async () => {
    await execute(async () => Response.json({ success: true }), {
      subscription: { isSubscribed: true, orderId: "order-7", seatCount: 25 },
    });
    const [{ headers, body } = { headers: new Headers(), body: Buffer.of() }] = seen;
    expect(headers.get("user-agent")).toBe(`WaddleBot-WebhookAdapter/${productVersion}`);
    expect(headers.get("x-waddlebot-source")).toBe("router");
    expect(headers.get("content-type")).toBe("application/json");
    expect(JSON.parse(body.toString("utf8"))).toEqual({
      community: {
        id: 1,
        name: "Demo",
        is_subscribed: true,
        subscription_order_id: "order-7",
        seat_count: 25,
      },
      trigger: {
        type: "command",
        command: "weather",
        args: ["Köln", "☔", "3"],
        context_text: "Köln ☔ 3",
        event_type: null,
        event_data: null,
      },
      user: { id: "twitch:u1", username: "u1", platform: "twitch", platform_user_id: "u1", role: "member" },
      entity: { id: "twitch:1001", platform: "twitch", platform_entity_id: "1001" },
      session_id: "session-1",
      request_id: "twitch:m1/core/0",
      timestamp: "2026-05-01T12:00:00.000Z",
    });
  });

  test("TRC-1 COR-2 the trace goes on at the module: the call's span is the parent, the chain's id the same, the request's new each time", async () => {
    const correlationId = "4bf92f35-77b3-4da6-a3ce-929d0e0e4736";
    const plain = anInvocation();
    const invocation = { ...plain, event: { ...plain.event, correlationId } };
    await execute(async () => Response.json({ success: true }), { invocation });
    await execute(async () => Response.json({ success: true }), { invocation });
    const parent = `00-4bf92f3577b34da6a3ce929d0e0e4736-${await spanIdOf(invocation.id)}-01`;
    expect(seen.map(({ headers }) => headers.get("traceparent"))).toEqual([parent, parent]);
    expect(seen.map(({ headers }) => headers.get("x-correlation-id"))).toEqual([
      correlationId,
      correlationId,
    ]);
    const requests = seen.map(({ headers }) => headers.get("x-request-id") ?? "");
    expect(new Set(requests.filter((id) => /^[0-9a-f-]{36}$/.test(id))).size).toBe(2);
  });

  test("TRC-1 an id that would not do as a header stays here, and its trace goes on all the same", async () => {
    const plain = anInvocation();
    const invocation = { ...plain, event: { ...plain.event, correlationId: "ünübel\r\nx: y" } };
    await execute(async () => Response.json({ success: true }), { invocation });
    expect(parseTraceparent(seen[0]?.headers.get("traceparent"))).toBeDefined();
    expect(seen[0]?.headers.has("x-correlation-id")).toBe(false);
    expect(seen[0]?.headers.has("x")).toBe(false);
  });

  test("an event's facts go along, but none of our tokens and no key", async () => {
    const plain = anInvocation();
    const event = {
      ...plain.event,
      type: "cheer" as const,
      bits: 100,
      isAnonymous: false,
      entityId: "discord:9:77",
      replyTo: { kind: "interaction" as const, platform: "discord", applicationId: "1", token: "capability" },
    };
    await execute(async () => Response.json({ success: true }), { invocation: { ...plain, event } });
    const text = seen[0]?.body.toString("utf8") ?? "";
    const { trigger, entity } = JSON.parse(text);
    expect(trigger).toMatchObject({ type: "event", event_type: "cheer", event_data: { bits: 100 } });
    expect(entity.platform_entity_id).toBe("77");
    expect(text).not.toContain("capability");
    expect(text).not.toContain(signingSecret);
  });
});

describe("what comes back", () => {
  test("the SDK's answer becomes a chat line", async () => {
    const outcome = await execute(async () => Response.json({ success: true, message: "rain", targets: [] }));
    expect(outcome).toEqual({
      ok: true,
      value: { responses: [{ type: "chat", text: "rain" }], effects: [] },
    });
  });

  test.each([201, 204, 301, 302, 400, 404, 408, 500, 503])("RTR-9 status %i is final", async (status) => {
    const headers = { location: `${server.url}/elsewhere`, "retry-after": "3" };
    const outcome = await execute(async () => new Response(null, { status, headers }));
    expect(outcome).toMatchObject({ ok: false, code: "internal", httpStatus: status });
    expect(outcome).not.toHaveProperty("retryAfterMs");
    expect(seen).toHaveLength(1);
  });

  test.each([
    ["7", 7000],
    ["Fri, 01 May 2026 12:00:30 GMT", 30_000],
  ])("429 with Retry-After %s says when to come again", async (retryAfter, retryAfterMs) => {
    const outcome = await execute(
      async () => new Response(null, { status: 429, headers: { "retry-after": retryAfter } }),
    );
    expect(outcome).toMatchObject({ ok: false, code: "rate_limited", retryAfterMs, httpStatus: 429 });
  });

  test("no answer within the caller's time is a time-out, in the middle of a body too", async () => {
    const silent = await execute(() => new Promise(() => undefined), { timeoutMs: 60 });
    expect(silent).toEqual({
      ok: false,
      code: "timeout",
      message: "The weather module took too long. Please try again.",
    });
    const dripping = await execute(
      async () => new Response(new ReadableStream({ start: (body) => body.enqueue(new Uint8Array(1)) })),
      {
        timeoutMs: 60,
      },
    );
    expect(dripping).toMatchObject({ ok: false, code: "timeout" });
  });

  test("a broken or refused connection is unavailable", async () => {
    expect(await execute(async () => null)).toMatchObject({ ok: false, code: "unavailable" });
    const closed = await serveLocally(0, async () => null);
    await closed.close();
    const target = { type: "webhook" as const, url: closed.url, signingSecret };
    expect(await execute(async () => null, { target })).toMatchObject({ ok: false, code: "unavailable" });
  });

  test("threat 18: an answer of more than 4 KB is refused, by its bytes and not by what it says of itself", async () => {
    const answer = (length: number) => JSON.stringify({ success: true, message: "é".repeat(length) });
    expect(await execute(async () => new Response(answer(2000)))).toMatchObject({ ok: true });
    expect(await execute(async () => new Response(answer(2040)))).toMatchObject({
      ok: false,
      code: "too_large",
    });
    const endless = new ReadableStream({ pull: (body) => body.enqueue(new Uint8Array(1024)) });
    expect(await execute(async () => new Response(endless))).toMatchObject({ ok: false, code: "too_large" });
  });
});

test("a webhook executor runs nothing else", async () => {
  const target = { type: "lambda" as const, region: "eu-west-1", functionName: "x" };
  expect(await executor.execute(aRequest({ target }))).toEqual({ ok: false, code: "bad_request" });
  expect(seen).toEqual([]);
});

test.each([
  [{ type: "webhook", url: "https://a.example:444/x?y", signingSecret }, "webhook:a.example:444"],
  [{ type: "lambda", region: "eu-west-1", functionName: "dice" }, "lambda:eu-west-1:dice"],
  [{ type: "openwhisk", namespace: "_", action: "games/dice" }, "openwhisk:_/games/dice"],
] as const)("CBR-5 callers of one target share one key: %j", (target, key) => {
  expect(targetKeyOf(aRequest({ target }).target)).toBe(key);
});
