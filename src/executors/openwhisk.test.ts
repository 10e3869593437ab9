import { afterAll, beforeEach, expect, test } from "vitest";
import { type ExecutionRequestInput, executionRequest } from "#contracts/execution-target";
import { makeHttpSend } from "#executors/http-send";
import { makeOpenWhiskExecutor } from "#executors/openwhisk";
import { type Handler, serveLocally } from "#simulators/http-server";
import { anInvocation } from "#test/fakes/an-invocation";

const apiKey = "23bc46b1-71f6-4ed5-8c54-816aa4f8c502:aKeyThatOpensNothing";

const seen: { url: string; headers: Headers; body: unknown }[] = [];
let respond: Handler = async () => Response.json({});
const server = await serveLocally(0, async (request) => {
  seen.push({ url: request.url, headers: request.headers, body: await request.clone().json() });
  return respond(request);
});
afterAll(() => server.close());
beforeEach(() => {
  seen.length = 0;
});

const executor = makeOpenWhiskExecutor({
  config: { apiHost: server.url, apiKey },
  send: makeHttpSend(fetch),
  now: () => 0,
});

function execute(
  handler: Handler,
  target: Partial<Extract<ExecutionRequestInput["target"], { type: "openwhisk" }>> = {},
) {
  respond = handler;
  return executor.execute(
    executionRequest.parse({
      target: { type: "openwhisk", namespace: "guest", action: "games/dice", ...target },
      invocation: anInvocation({ module: "dice", command: "roll" }),
      timeoutMs: 500,
    }),
  );
}

test("a blocking call asks for the bare result, with Basic authorization", async () => {
  const outcome = await execute(async () => Response.json({ success: true, message: "6" }));
  expect(outcome).toEqual({ ok: true, value: { responses: [{ type: "chat", text: "6" }], effects: [] } });
  const [{ url, headers, body } = { url: "", headers: new Headers(), body: null }] = seen;
  expect(url).toBe(`${server.url}/api/v1/namespaces/guest/actions/games/dice?blocking=true&result=true`);
  const [scheme, credentials = ""] = (headers.get("authorization") ?? "").split(" ");
  expect([scheme, Buffer.from(credentials, "base64").toString("utf8")]).toEqual(["Basic", apiKey]);
  expect(headers.get("user-agent")).toBe("WaddleBot-Router/1.0");
  // TRC-1
  expect(headers.get("traceparent")).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  expect(body).toMatchObject({ trigger: { command: "roll" }, request_id: "twitch:m1/core/0" });
});

test("a call that is not waited for is accepted with 202 and says nothing yet", async () => {
  const accept: Handler = async () => Response.json({ activationId: "a1" }, { status: 202 });
  expect(await execute(accept, { isAsync: true, namespace: "_", action: "dice" })).toEqual({
    ok: true,
    value: { responses: [], effects: [] },
  });
  expect(seen[0]?.url).toBe(`${server.url}/api/v1/namespaces/_/actions/dice?blocking=false&result=true`);
});

test.each([
  ["an action that outlasts OpenWhisk's own wait", 202, "internal"],
  ["an action that failed", 502, "internal"],
  ["a wrong key", 401, "internal"],
  ["too many at once", 429, "rate_limited"],
])("%s is %i, %s", async (_, status, code) => {
  const outcome = await execute(async () => Response.json({ error: "no" }, { status }));
  expect(outcome).toMatchObject({ ok: false, code, httpStatus: status });
  expect(seen).toHaveLength(1);
});

test("silence is a time-out, a broken line is unavailable", async () => {
  expect(await execute(() => new Promise(() => undefined))).toMatchObject({ ok: false, code: "timeout" });
  expect(await execute(async () => null)).toMatchObject({ ok: false, code: "unavailable" });
});

test.each([
  { namespace: "../admin" },
  { namespace: "" },
  { action: "a/b/c" },
  { action: "/dice" },
  { action: "../dice" },
  { action: "dice?blocking=false" },
])("an address that could lead elsewhere is no target: %j", (facts) => {
  const target = { type: "openwhisk", namespace: "guest", action: "dice", ...facts };
  expect(executionRequest.safeParse({ target, invocation: anInvocation() }).success).toBe(false);
});
