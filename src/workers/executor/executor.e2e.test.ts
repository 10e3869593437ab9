import { createHmac } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type ExecutionRequestInput, executionTarget, targetKeyOf } from "#contracts/execution-target";
import { type Handler, type HttpServer, serveLocally } from "#simulators/http-server";
import { anInvocation } from "#test/fakes/an-invocation";
import { inProject } from "#tools/paths";
import { type RunningWorkers, startWorkers, type WorkerLog } from "#tools/workers-runtime";

const signingSecret = "canary-of-a-signing-key";
const cloudKeys = {
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "canary-of-an-aws-key",
  OPENWHISK_API_KEY: "id:canary-of-a-whisk-key",
};

let respond: Handler;
const seen: { path: string; headers: Headers; body: Buffer }[] = [];
const logs: WorkerLog[] = [];
let server: HttpServer;
let workers: RunningWorkers;
let bare: RunningWorkers;

const configs = [
  join(import.meta.dirname, "fixtures", "caller", "wrangler.toml"),
  inProject("src", "workers", "executor", "wrangler.toml"),
  inProject("src", "workers", "fetcher", "wrangler.toml"),
];

beforeAll(async () => {
  server = await serveLocally(0, async (request) => {
    const { pathname, search } = new URL(request.url);
    const body = Buffer.from(await request.clone().arrayBuffer());
    seen.push({ path: pathname + search, headers: request.headers, body });
    return respond(request);
  });
  const fetcher = { FETCHER_ALLOWED_HOSTS: new URL(server.url).host };
  const executor = { ...cloudKeys, LAMBDA_ENDPOINT: server.url, OPENWHISK_API_HOST: server.url };
  const onLog = (line: WorkerLog) => logs.push(line);
  workers = await startWorkers({
    configs,
    vars: { "waddlebot-executor": executor, "waddlebot-fetcher": fetcher },
    onLog,
  });
  bare = await startWorkers({ configs });
});
afterAll(async () => {
  await Promise.all([workers.dispose(), bare.dispose()]);
  await server.close();
});
beforeEach(() => {
  seen.length = 0;
  respond = async () => Response.json({ success: true, message: "6 🎲" });
});

async function call(method: string, args: unknown[], url = workers.url): Promise<unknown> {
  const response = await fetch(url, { method: "POST", body: JSON.stringify({ method, args }) });
  return response.json();
}

function execute(target: ExecutionRequestInput["target"], url = workers.url) {
  const invocation = anInvocation({ module: "dice", command: "roll" });
  return call(
    "execute",
    [targetKeyOf(executionTarget.parse(target)), { target, invocation, timeoutMs: 3000 }],
    url,
  );
}

const six = {
  ok: true,
  value: { responses: [{ type: "chat", text: "6 🎲" }], effects: [], attempts: 1, retryCount: 0 },
};
const webhook = () => ({ type: "webhook" as const, url: `${server.url}/hook`, signingSecret });

test("SDK-1 a webhook goes through the fetcher, signed over the bytes that arrive", async () => {
  expect(await execute(webhook())).toEqual(six);
  const [request] = seen;
  const digest = createHmac("sha256", signingSecret)
    .update(request?.body ?? "")
    .digest("hex");
  expect(request?.headers.get("x-waddlebot-signature")).toBe(`sha256=${digest}`);
  expect(request?.headers.get("user-agent")).toMatch(/^WaddleBot-WebhookAdapter\/\d/);
});

test("a webhook's redirect is not followed: the signed call stays with its address", async () => {
  respond = async () => new Response(null, { status: 307, headers: { location: `${server.url}/elsewhere` } });
  expect(await execute(webhook())).toMatchObject({ ok: false, code: "internal", attempts: 1 });
  expect(seen.map(({ path }) => path)).toEqual(["/hook"]);
});

test("Lambda and OpenWhisk are reached with the Worker's own keys", async () => {
  expect(await execute({ type: "lambda", region: "eu-central-1", functionName: "dice" })).toEqual(six);
  expect(await execute({ type: "openwhisk", namespace: "_", action: "dice" })).toEqual(six);
  expect(seen.map(({ path }) => path)).toEqual([
    "/2015-03-31/functions/waddlebot-dice/invocations",
    "/api/v1/namespaces/_/actions/dice?blocking=true&result=true",
  ]);
  expect(seen[0]?.headers.get("authorization")).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/lambda\/aws4_request, SignedHeaders=host;/,
  );
});

test("CBR-1 CBR-6 five failures open the target for everyone, and the state says 1", async () => {
  respond = async () => new Response(null, { status: 500 });
  const target = { type: "lambda" as const, region: "eu-central-1", functionName: "ill" };
  for (let calls = 0; calls < 5; calls++) await execute(target);
  expect(await execute(target)).toMatchObject({ ok: false, code: "unavailable", attempts: 0 });
  expect(seen).toHaveLength(5);
  expect(await call("state", ["lambda:eu-central-1:ill"])).toMatchObject({ stateValue: 1, isHealthy: false });
});

test("PSH-4 without the local list a webhook on this machine is refused and not called", async () => {
  expect(await execute(webhook(), bare.url)).toMatchObject({ ok: false, code: "forbidden", attempts: 1 });
  expect(seen).toEqual([]);
});

test("a cloud whose keys are missing is refused, and says so", async () => {
  for (const target of [
    { type: "lambda" as const, region: "eu-central-1", functionName: "dice" },
    { type: "openwhisk" as const, namespace: "_", action: "dice" },
  ])
    expect(await execute(target, bare.url)).toMatchObject({ ok: false, code: "disabled", attempts: 1 });
});

test("both Workers say how they are, and no key was ever logged", async () => {
  for (const name of ["waddlebot-executor", "waddlebot-fetcher"]) {
    const address = await workers.urlOf(name);
    expect(await (await fetch(new URL("/health", address))).json()).toMatchObject({ status: "healthy" });
    expect((await fetch(new URL("/execute", address))).status).toBe(404);
  }
  expect(logs.length).toBeGreaterThan(5);
  expect(logs.filter(({ message }) => message.includes("canary"))).toEqual([]);
});
