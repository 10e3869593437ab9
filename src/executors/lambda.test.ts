import { createHash, createHmac } from "node:crypto";
import { AwsV4Signer } from "aws4fetch";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { type ExecutionRequestInput, executionRequest } from "#contracts/execution-target";
import { makeHttpSend } from "#executors/http-send";
import { type LambdaConfig, makeLambdaExecutor } from "#executors/lambda";
import { type Handler, serveLocally } from "#simulators/http-server";
import { anInvocation } from "#test/fakes/an-invocation";

/** The keys of AWS's published Signature Version 4 test suite. They open nothing. */
const accessKeyId = "AKIDEXAMPLE";
const secretAccessKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Buffer, data: string) => createHmac("sha256", key).update(data).digest();

interface Signed {
  method: string;
  path: string;
  query: string;
  headers: Headers;
  body: Buffer;
}

/** Signature Version 4 written from AWS's description, apart from the library under test. */
function signature(
  { method, path, query, headers, body }: Signed,
  scope: { date: string; region: string; service: string },
  signedHeaders: string,
): string {
  const names = signedHeaders.split(";");
  const canonicalHeaders = names.map((name) => `${name}:${(headers.get(name) ?? "").trim()}\n`).join("");
  const request = [method, path, query, canonicalHeaders, signedHeaders, sha256(body)].join("\n");
  const day = scope.date.slice(0, 8);
  const credential = `${day}/${scope.region}/${scope.service}/aws4_request`;
  const toSign = ["AWS4-HMAC-SHA256", scope.date, credential, sha256(request)].join("\n");
  const dayKey = hmac(`AWS4${secretAccessKey}`, day);
  const key = hmac(hmac(hmac(dayKey, scope.region), scope.service), "aws4_request");
  return createHmac("sha256", key).update(toSign).digest("hex");
}

describe("AWS's published test vectors", () => {
  test.each([
    ["get-vanilla", "GET", "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"],
    ["post-vanilla", "POST", "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"],
    [
      "get-vanilla-query-order-key-case",
      "GET",
      "Param1=value1&Param2=value2",
      "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    ],
  ])("%s", async (_, method, query, published) => {
    const date = "20150830T123600Z";
    const signer = new AwsV4Signer({
      method,
      url: `https://example.amazonaws.com/${query ? `?${query}` : ""}`,
      accessKeyId,
      secretAccessKey,
      service: "service",
      region: "us-east-1",
      datetime: date,
    });
    const headers = new Headers({ host: "example.amazonaws.com", "x-amz-date": date });
    const scope = { date, region: "us-east-1", service: "service" };
    const request = { method, path: "/", query, headers, body: Buffer.of() };
    expect(signature(request, scope, "host;x-amz-date")).toBe(published);
    expect((await signer.sign()).headers.get("authorization")).toBe(
      `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20150830/us-east-1/service/aws4_request, ` +
        `SignedHeaders=host;x-amz-date, Signature=${published}`,
    );
  });
});

const seen: (Signed & { url: string })[] = [];
let respond: Handler = async () => Response.json({ success: true });
const server = await serveLocally(0, async (request) => {
  const { pathname, search } = new URL(request.url);
  const body = Buffer.from(await request.clone().arrayBuffer());
  const { method, headers, url } = request;
  seen.push({ method, path: pathname, query: search.slice(1), headers, body, url });
  return respond(request);
});
afterAll(() => server.close());
beforeEach(() => {
  seen.length = 0;
});

function execute(
  handler: Handler,
  target: Partial<Extract<ExecutionRequestInput["target"], { type: "lambda" }>> = {},
  config: Partial<LambdaConfig> = {},
) {
  respond = handler;
  const executor = makeLambdaExecutor({
    config: { accessKeyId, secretAccessKey, functionPrefix: "waddlebot-", endpoint: server.url, ...config },
    send: makeHttpSend(fetch),
    now: () => Date.UTC(2026, 4, 1, 12, 30, 5, 678),
  });
  return executor.execute(
    executionRequest.parse({
      target: { type: "lambda", region: "eu-central-1", functionName: "dice", ...target },
      invocation: anInvocation({ module: "dice", command: "roll", argsText: "🎲 ü / ?&=" }),
      timeoutMs: 500,
    }),
  );
}

const first = () => {
  const [request] = seen;
  if (!request) throw new Error("nothing came");
  return request;
};

describe("Invoke", () => {
  test("the signature is right over the bytes that arrive, and every header of ours that steers Lambda is signed", async () => {
    const outcome = await execute(async () => Response.json({ success: true, message: "6" }));
    expect(outcome).toEqual({ ok: true, value: { responses: [{ type: "chat", text: "6" }], effects: [] } });
    const request = first();
    expect([request.method, request.path, request.query]).toEqual([
      "POST",
      "/2015-03-31/functions/waddlebot-dice/invocations",
      "",
    ]);
    expect(request.headers.get("x-amz-invocation-type")).toBe("RequestResponse");
    const scope = { date: "20260501T123005Z", region: "eu-central-1", service: "lambda" };
    const signedHeaders = "host;x-amz-date;x-amz-invocation-type";
    expect(request.headers.get("x-amz-date")).toBe(scope.date);
    expect(request.headers.get("authorization")).toBe(
      `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260501/eu-central-1/lambda/aws4_request, ` +
        `SignedHeaders=${signedHeaders}, Signature=${signature(request, scope, signedHeaders)}`,
    );
    // TRC-1
    expect(request.headers.get("traceparent")).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(JSON.parse(request.body.toString("utf8")).trigger.context_text).toBe("🎲 ü / ?&=");
  });

  test("temporary keys send and sign their token", async () => {
    await execute(async () => Response.json({ success: true }), {}, { sessionToken: "session/token+=" });
    const request = first();
    const signedHeaders = "host;x-amz-date;x-amz-invocation-type;x-amz-security-token";
    const scope = { date: "20260501T123005Z", region: "eu-central-1", service: "lambda" };
    expect(request.headers.get("x-amz-security-token")).toBe("session/token+=");
    expect(request.headers.get("authorization")).toContain(
      `SignedHeaders=${signedHeaders}, Signature=${signature(request, scope, signedHeaders)}`,
    );
  });

  test("an asynchronous call is an Event, and 202 is all there is to hear", async () => {
    const outcome = await execute(async () => new Response(null, { status: 202 }), { isAsync: true });
    expect(outcome).toEqual({ ok: true, value: { responses: [], effects: [] } });
    expect(first().headers.get("x-amz-invocation-type")).toBe("Event");
  });

  test("202 to a call that waits is no answer", async () => {
    const outcome = await execute(async () => new Response(null, { status: 202 }));
    expect(outcome).toMatchObject({ ok: false, code: "internal" });
  });

  test("a function that threw answered 200, and is a failure all the same", async () => {
    const thrown = { errorMessage: "boom", errorType: "Error", trace: ["at run (/var/task/index.js:1)"] };
    const outcome = await execute(async () =>
      Response.json(thrown, { headers: { "x-amz-function-error": "Unhandled" } }),
    );
    expect(outcome).toEqual({
      ok: false,
      code: "internal",
      message: "The dice module could not do that right now.",
      httpStatus: 500,
    });
  });

  test("a throttled call says when to come again; a refused signature is final", async () => {
    const throttled = await execute(
      async () => new Response("{}", { status: 429, headers: { "retry-after": "2" } }),
    );
    expect(throttled).toMatchObject({ ok: false, code: "rate_limited", retryAfterMs: 2000 });
    const forbidden = await execute(async () => new Response("{}", { status: 403 }));
    expect(forbidden).toMatchObject({ ok: false, code: "internal", httpStatus: 403 });
  });

  test("without an endpoint of its own the call goes to AWS's of that region", async () => {
    const urls: string[] = [];
    const executor = makeLambdaExecutor({
      config: { accessKeyId, secretAccessKey, functionPrefix: "" },
      send: async ({ url }) => {
        urls.push(url);
        return { ok: false, code: "unavailable" };
      },
      now: () => 0,
    });
    const target = { type: "lambda", region: "us-gov-east-1", functionName: "dice" };
    await executor.execute(executionRequest.parse({ target, invocation: anInvocation() }));
    expect(urls).toEqual([
      "https://lambda.us-gov-east-1.amazonaws.com/2015-03-31/functions/dice/invocations",
    ]);
  });
});

test.each([
  { region: "eu-central-1.evil.example/" },
  { region: "" },
  { functionName: "../other" },
  { functionName: "a:b" },
  { functionName: "" },
])("an address that could lead elsewhere is no target: %j", (facts) => {
  const target = { type: "lambda", region: "eu-central-1", functionName: "dice", ...facts };
  expect(executionRequest.safeParse({ target, invocation: anInvocation() }).success).toBe(false);
});
