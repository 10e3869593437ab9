import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { demoIds, kickChannel } from "#simulators/demo";
import { makeRandom } from "#simulators/random";
import { eventually, makeSecrets } from "#test/e2e/stack";
import { makeDoors } from "#test/faults/doors";
import { type FaultStack, startFaultStack } from "#test/faults/fault-stack";
import { forge } from "#test/faults/forgeries";
import { sendRaw } from "#test/faults/raw-http";
import { inProject } from "#tools/paths";
import { Browser } from "#workers/api/connections/testing";

const secrets = makeSecrets();
const random = makeRandom(20_260_501).fork("canaries");
/** What the bot is told on the way, and must not write down either. */
const heard = {
  "a key we made": "",
  "a password somebody typed into the wrong field": `Canary-${random.int(1e9)}-hunter2-${random.int(1e9)}`,
  "a bearer somebody sent": `canary${random.int(1e9)}.canary${random.int(1e9)}.canary${random.int(1e9)}`,
};
let stack: FaultStack;
const answers: string[] = [];

beforeAll(async () => {
  stack = await startFaultStack({ edge: "edge-inspected.workerd.ts", secrets, channels: [kickChannel] });
});
afterAll(() => stack?.close());

/** Every secret of this house by its name; what is public by its nature is left out. */
function secretsOf(value: unknown, path = "secrets"): [name: string, text: string][] {
  const isPublic = /publicKey|applicationId|[uU]serId|teamId|channelId|ChannelId|\.clientId$/;
  if (isPublic.test(path)) return [];
  if (typeof value === "string") return [[path, value]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => secretsOf(part, `${path}.${key}`));
}

/** In any of the forms in which a secret could lie about. A PEM is looked for by one of its lines. */
function formsOf(secret: string): Buffer[] {
  const text = secret.startsWith("-----BEGIN") ? (secret.split("\n")[1] ?? secret) : secret;
  const isHex = /^([0-9a-f]{2})+$/.test(text);
  const texts = [text, encodeURIComponent(text), Buffer.from(text).toString("base64").replace(/=+$/, "")];
  const bytes = isHex ? [Buffer.from(text, "hex").toString("base64").replace(/=+$/, "")] : [];
  return [...new Set([...texts, ...bytes])].map((form) => Buffer.from(form));
}

async function call(path: string, init: RequestInit = {}): Promise<string> {
  const response = await fetch(new URL(path, stack.url), init);
  const text = await response.text();
  // The address is ours; only what came back is an answer.
  answers.push(`${path.split("?")[0]}\n${[...response.headers].join("\n")}\n${text}`);
  return text;
}

/** A day of the house in short: all doors, right and forged; the API, right, wrong and with secrets where none belong. */
async function live(): Promise<void> {
  for (const door of makeDoors(secrets)) {
    for (let n = 0; n < 3; n++) await sendRaw(stack.url, await door.genuine());
    for (const { request } of (await forge(door, random.fork(door.name), 3)).slice(0, 40)) {
      const { status, headers, body } = await sendRaw(stack.url, request);
      answers.push(`${door.name} ${status} ${JSON.stringify(headers)} ${body}`);
    }
  }
  const key = { "x-api-key": secrets.serviceApiKey, "content-type": "application/json" };
  const json = (body: unknown) => ({ method: "POST", headers: key, body: JSON.stringify(body) });
  const made = await fetch(new URL("/api/v1/keys", stack.url), json({ name: "canary", roles: ["trigger"] }));
  heard["a key we made"] = z
    .object({ data: z.object({ key: z.string() }) })
    .parse(await made.json()).data.key;
  const password = heard["a password somebody typed into the wrong field"];
  const bearer = heard["a bearer somebody sent"];
  await call("/api/v1/router/commands", { headers: { "x-api-key": heard["a key we made"] } });
  await call("/api/v1/router/commands", { headers: { "x-api-key": `${heard["a key we made"]}x` } });
  await call("/api/v1/router/commands", { headers: { authorization: `Bearer ${bearer}` } });
  await call("/api/v1/router/events", json({ platform: "twitch", password, api_key: bearer }));
  await call("/api/v1/router/metrics", { headers: key });
  for (const path of ["/health", "/metrics", "/openapi.json", "/api/v1/router/health", "/no-such-page"])
    await call(path);
  stack.simulators.kick.consentAs({ account: demoIds.kickBotUserId });
  const browser = new Browser(stack.url);
  const { url } = await browser.start({}, secrets.serviceApiKey);
  const { text } = await browser.visit(await browser.consent(url));
  expect(text).toContain("is connected");
  answers.push(text);
  // Nonsense where a code belongs, so that the error path is walked too.
  await call(`/oauth/kick/callback?code=${bearer}&state=${bearer}`);
  await eventually(
    () => stack.simulators.transcript().length,
    (length) => length > 0,
  );
}

const tableRow = z.array(z.object({ name: z.string() }));
const textRow = z.array(z.object({ text: z.string().nullable() }));

/** Every row of every table as text. */
async function dumpDatabase(): Promise<string> {
  const { db } = stack.database;
  const tables = await db.execute(
    sql`SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
  );
  const texts: string[] = [];
  for (const { name } of tableRow.parse(tables.rows)) {
    const { rows } = await db.execute(
      sql`SELECT string_agg(t::text, ' ') AS text FROM ${sql.identifier(name)} t`,
    );
    texts.push(`${name}: ${textRow.parse(rows)[0]?.text ?? ""}`);
  }
  return texts.join("\n");
}

function filesUnder(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);
}

test("threat 22 HRD-9 P10 no secret of the house lies in logs, answers, the database, the objects' storage or a bundle", {
  timeout: 180_000,
}, async () => {
  await live();
  const objects = filesUnder(stack.persistTo);
  const bundles = [
    ...filesUnder(inProject("hub", "dist")),
    // Beside our bundles lie programs of others, as their packages hold them.
    ...filesUnder(inProject("node_modules", ".cache", "waddlebot")).filter(
      (path) => !path.includes("/waddlebot/programs/"),
    ),
  ];
  const artefacts: [name: string, bytes: Buffer][] = [
    ["logs", Buffer.from(stack.logs.map(({ message }) => message).join("\n"))],
    ["answers", Buffer.from(answers.join("\n"))],
    ["database", Buffer.from(await dumpDatabase())],
    ...[...objects, ...bundles].map((path): [string, Buffer] => [path, readFileSync(path)]),
  ];
  const canaries = [...secretsOf(secrets), ...Object.entries(heard)];
  expect(canaries.length).toBeGreaterThanOrEqual(25);
  expect(canaries.filter(([, text]) => text.length < 12)).toEqual([]);
  expect(objects.length).toBeGreaterThan(5);
  const found = canaries.flatMap(([name, text]) =>
    artefacts.flatMap(([where, bytes]) =>
      formsOf(text).some((form) => bytes.includes(form)) ? [`${name} in ${where}`] : [],
    ),
  );
  expect(found).toEqual([]);
  // The search itself finds what is there: a name that is no secret.
  const shown = artefacts
    .filter(([, bytes]) => bytes.includes(demoIds.twitchBroadcasterId))
    .map(([where]) => where);
  expect(shown).toEqual(expect.arrayContaining(["logs", "database"]));
  expect(shown.some((where) => where.startsWith(stack.persistTo))).toBe(true);
});
