import { createHmac } from "node:crypto";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import type { PlatformEvent } from "#contracts/event";
import { parseEntityId } from "#contracts/ids";
import type { Platform } from "#contracts/platform";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { must } from "#lib/must";
import { serveLocally } from "#simulators/http-server";
import { eventually, type Stack, startStack } from "#test/e2e/stack";
import { copyProject } from "#test/fakes/copied-project";
import { readGuide } from "#test/fakes/guide";
import { createPlatform } from "#tools/new-platform/create-platform";

// FUT-1: a platform is one folder. A copy of the project gets the platform that the guide describes, by the guide's own
// steps and nothing else; router, contracts, channel and Workers run as they are.
const guide = readGuide();
const { name } = guide;
const secret = "a secret of this test";
const values: Record<string, string> = {
  _WEBHOOK_SECRET: secret,
  _BOT_USER_ID: "BOT",
  _BOT_TOKEN: "matrix-token",
};

let database: TestDatabase;
let stack: Stack;
let api: Awaited<ReturnType<typeof serveLocally>>;
let written: string[];
let platform: Platform;
const project = copyProject();
const said: { path: string; token: string | null; key: string | null; body: unknown }[] = [];

beforeAll(async () => {
  written = createPlatform({ root: project.root, name }).files;
  ({ platform } = await import(pathToFileURL(join(project.root, "src", "platforms", name, "index.ts")).href));
  api = await serveLocally(0, async (request) => {
    const { pathname: path } = new URL(request.url);
    const [token, key] = [request.headers.get("authorization"), request.headers.get("idempotency-key")];
    said.push({ path, token, key, body: await request.json() });
    return Response.json({ id: `S${said.length}` });
  });
  const settingOf = (variable: string) => {
    if (variable.endsWith("_API_BASE")) return api.url;
    return values[variable.replace(/^[A-Z]+/, "")] ?? "unused";
  };
  const varsOf = (worker: string) =>
    Object.fromEntries(
      guide.variables
        .filter((one) => one.worker === worker)
        .map((one) => [one.name, settingOf(one.name)] as const),
    );
  database = await openTestDatabase();
  stack = await startStack({
    databaseUrl: database.url,
    databaseEndpoint: database.endpoint,
    mains: {
      "waddlebot-edge": join(project.root, "src", "workers", "edge", "index.ts"),
      "waddlebot-sender": join(project.root, "src", "workers", "sender", "index.ts"),
      "waddlebot-api": join(project.root, "src", "workers", "api", "index.ts"),
    },
    vars: { "waddlebot-edge": varsOf("edge"), "waddlebot-sender": varsOf("sender") },
  });
  await database.db.execute(sql.raw(guide.insertChannel));
});
afterAll(async () => {
  await stack?.close();
  await api?.close();
  await database?.close();
  project[Symbol.dispose]();
});

const entityId = () => must(/'(\w+:\w+)'/.exec(guide.insertChannel)?.[1], "the channel");
const bodyWith = (facts: object): string => JSON.stringify({ ...JSON.parse(guide.body), ...facts });
function sign(body: string, at = Date.now()) {
  const timestamp = String(Math.floor(at / 1000));
  const signature = createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex");
  return { [guide.headers.timestamp]: timestamp, [guide.headers.signature]: signature };
}
const deliver = (body: string, headers: Record<string, string> = sign(body)) =>
  fetch(new URL(guide.path, stack.url), { method: "POST", body, headers });

const envelope = z.object({ data: z.record(z.string(), z.unknown()) });
async function ask(path: string, json?: object): Promise<Record<string, unknown>> {
  const response = await fetch(new URL(`/api/v1/router/${path}`, stack.url), {
    method: json ? "POST" : "GET",
    headers: {
      "x-api-key": stack.secrets.serviceApiKey,
      ...(json && { "content-type": "application/json" }),
    },
    body: json ? JSON.stringify(json) : null,
  });
  expect(response.status, path).toBe(200);
  return envelope.parse(await response.json()).data;
}

/** The synthetic receiver of the check: the folder's own verify and parse, and the router's intake in the words of 004. */
async function receive(body: string): Promise<Record<string, unknown>> {
  const request = {
    path: "",
    headers: new Headers(sign(body)),
    body: new TextEncoder().encode(body),
    receivedAt: Date.now(),
    correlationId: "receiver",
  };
  const config = Object.fromEntries(platform.secrets.map((variable) => [variable, secretOf(variable)]));
  expect(await platform.verify?.(request, config)).toEqual({ ok: true });
  const receipt = must(platform.parse?.(request, config), "receipt");
  const event: PlatformEvent | undefined = receipt.kind === "events" ? receipt.events[0] : undefined;
  if (event?.type !== "chatMessage") throw new Error(`no message: ${JSON.stringify(receipt)}`);
  return ask("events", {
    platform: event.platform,
    server_id: parseEntityId(event.entityId)?.server,
    user_id: event.user.id,
    user_name: event.user.name,
    message_type: event.type,
    message_content: event.text,
  });
}
const secretOf = (variable: string) => values[variable.replace(/^[A-Z]+/, "")];

async function helpUsage(): Promise<number> {
  const { rows } = await database.db.execute(sql`SELECT usage_count FROM commands WHERE name = 'help'`);
  return Number(rows[0]?.["usage_count"]);
}
async function executions(userId: string) {
  const { rows } = await database.db.execute(sql`
    SELECT status, module FROM command_executions WHERE user_key = ${`${name}:${userId}`}`);
  return rows;
}

test("FUT-1 the new platform is its folder and its line in the registry; nothing else changed", () => {
  const folder = join("src", "platforms", name);
  const changes = project.changes();
  const foreign = changes.filter(
    (file) => !file.startsWith(folder) && file !== join("src", "platforms", "registry.ts"),
  );
  expect(foreign).toEqual([]);
  expect(changes.toSorted()).toEqual(written.toSorted());
});

test("FUT-1 accounts of it can be connected, with what its folder says it needs", async () => {
  const response = await fetch(new URL("/api/v1/connections", stack.url), {
    headers: { "x-api-key": stack.secrets.serviceApiKey },
  });
  const { data } = z
    .object({ data: z.object({ platforms: z.array(z.looseObject({ platform: z.string() })) }) })
    .parse(await response.json());
  expect(data.platforms.find((one) => one.platform === name)).toMatchObject({
    roles: [
      { role: "bot", scopes: [{ scope: "messages:write" }] },
      { role: "owner", scopes: [{ scope: "channel:read" }] },
    ],
  });
});

test("FUT-1 RTR-1 a plain line of its receiver is not processed; its session resolves to its channel", async () => {
  const reply = await receive(bodyWith({ text: "hello", user: { id: "u-rtr1", name: "Ada" } }));
  expect(reply).toMatchObject({
    success: true,
    processed: false,
    status_code: 200,
    session_id: expect.stringMatching(/^sess_/),
  });
  const session = await ask(`sessions/${reply["session_id"]}?entity_id=${encodeURIComponent(entityId())}`);
  expect(session).toMatchObject({ entity_id: entityId() });
});

test("FUT-1 RTR-2 !help of its receiver calls its module once, leaves one row and one use more", async () => {
  const before = await helpUsage();
  const reply = await receive(bodyWith({ text: "!help", user: { id: "u-rtr2", name: "Ada" } }));
  expect(reply).toMatchObject({
    success: true,
    processed: true,
    command: "help",
    status_code: 200,
    module_results: [{ module: "core", handler: "help", success: true }],
  });
  await eventually(helpUsage, (now) => now === before + 1, 20_000);
  expect(await executions("u-rtr2")).toEqual([{ status: "success", module: "core" }]);
});

test("FUT-1 its own webhook: the guide's request is answered through its API, once, whoever repeats it", async () => {
  expect((await deliver(guide.body)).status).toBe(200);
  await eventually(
    () => said.length,
    (count) => count > 0,
  );
  expect((await deliver(guide.body)).status).toBe(200);
  const { channel, id } = z.object({ channel: z.string(), id: z.string() }).parse(JSON.parse(guide.body));
  expect(said).toEqual([
    {
      path: "/messages",
      token: "Bearer matrix-token",
      key: expect.stringMatching(/^[0-9a-f]{64}$/),
      body: { channel, text: expect.stringMatching(/pong/i), reply_to: id },
    },
  ]);
});

test("FUT-1 a forged, a stale and a re-signed request of it have no effect", async () => {
  const body = bodyWith({ id: "forged", text: "!help", user: { id: "u-forged", name: "X" } });
  const before = said.length;
  expect((await deliver(body, { ...sign(body), [guide.headers.signature]: "0".repeat(64) })).status).toBe(
    401,
  );
  expect((await deliver(body, sign(body, Date.now() - 301_000))).status).toBe(401);
  expect((await deliver(body, {})).status).toBe(401);
  expect(said).toHaveLength(before);
});
