import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { makeEntityId } from "#contracts/ids";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { type Gateway, startGateway } from "#gateway/gateway";
import { aGatewayConfig, aNetwork } from "#gateway/testing";
import { parseIrcLine } from "#lib/irc-message";
import { workerSinks } from "#lib/trace-export";
import { eventually, type Stack, startStack } from "#test/e2e/stack";
import { type IrcViewer, joinAsViewer } from "#test/fakes/irc-viewer";
import { findNgircd, type Ngircd, startNgircd } from "#test/fakes/ngircd";
import { saveNetwork } from "#workers/edge/gateway-networks";

const span = z.object({
  type: z.literal("span"),
  traceId: z.string(),
  spanId: z.string(),
  parentId: z.string().optional(),
  service: z.string(),
  name: z.string(),
});
const spansTold: string[] = [];

function readSpan(line: string): z.infer<typeof span> | undefined {
  if (!line.startsWith('{"type":"span"')) return undefined;
  return span.safeParse(JSON.parse(line)).data;
}

const program = findNgircd();
if (!program) console.warn("skipped: no IRC server on this machine; install the package `ngircd`");

describe.skipIf(!program)("IRC through the whole house", () => {
  const folder = mkdtempSync(join(tmpdir(), "waddlebot-irc-"));
  let database: TestDatabase;
  let server: Ngircd;
  let stack: Stack;
  let gateway: Gateway;
  let bob: IrcViewer;
  const keyring = JSON.stringify({ n1: Buffer.alloc(32, 7).toString("base64") });

  beforeAll(async () => {
    database = await openTestDatabase();
    server = await startNgircd();
    const entityId = makeEntityId({ platform: "irc", server: server.host, channel: "#duck" });
    stack = await startStack({
      databaseUrl: database.url,
      databaseEndpoint: database.endpoint,
      channels: [
        { entityId, channelName: "#duck", viewers: [{ userKey: "irc:~mo", role: "moderator" }] },
        { entityId: "irc:localhost:#goose", channelName: "#goose", viewers: [] },
      ],
      vars: { "waddlebot-edge": { GATEWAY_ENCRYPTION_KEYS: keyring, TRACE_EXPORTER: "console" } },
    });
    gateway = await startLink();
    await eventually(
      () => gateway.health().connections[0]?.joined,
      (joined) => joined === 1,
    );
    bob = await joinAsViewer(server, "bob", "#duck");
  });

  afterAll(async () => {
    bob?.quit();
    await gateway?.close();
    await stack?.close();
    await server?.stop();
    await database?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function startLink(): Promise<Gateway> {
    return startGateway(
      aGatewayConfig({
        gatewayKey: stack.secrets.gatewayKey,
        edgeUrl: stack.url.origin,
        networks: [aNetwork({ port: server.port })],
        spoolPath: join(folder, "spool.sqlite"),
        trace: { exporter: "console", endpoint: "", sample: 1 },
      }),
      { log: () => undefined, traceSinks: { ...workerSinks, print: (line) => spansTold.push(line) } },
    );
  }

  const heard = () =>
    bob.lines
      .map(parseIrcLine)
      .flatMap((line) => (line?.command === "PRIVMSG" ? [line.params[1] ?? ""] : []));

  test("IRC-1 a line on a real IRC server becomes a reply in its channel", async () => {
    bob.say("#duck", "!ping");
    expect(await eventually(heard, (lines) => lines.length === 1)).toEqual([expect.stringMatching(/pong/i)]);
  });

  test("a quote added on IRC by a moderator is everybody's", async () => {
    const mo = await joinAsViewer(server, "mo", "#duck");
    const before = heard().length;
    mo.say("#duck", '!quote add "Ducks are not penguins" Mo');
    await eventually(heard, (lines) => lines.length > before + 1);
    bob.say("#duck", "!quote search duck");
    await eventually(heard, (lines) => lines.some((line) => line.includes("Ducks are not penguins")));
    mo.quit();
  });

  test("a gateway that starts again joins its channels and answers, once", async () => {
    await gateway.close();
    gateway = await startLink();
    await eventually(
      () => gateway.health().connections[0]?.joined,
      (joined) => joined === 1,
    );
    const before = heard().length;
    bob.say("#duck", "!ping again");
    const lines = await eventually(heard, (all) => all.length > before);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(heard()).toEqual(lines);
  });

  test("TRC-1 COR-4 from the gateway that heard it through channel and module to the gateway that said the answer: one trace", async () => {
    bob.say("#duck", "!ping traced");
    const told = () =>
      [...spansTold, ...stack.logs.map(({ message }) => message)].flatMap((line) => readSpan(line) ?? []);
    // A frame's first line may be another's; the command's own trace is the one with a module in it.
    const trace = await eventually(
      () => {
        const modules = told().filter(({ name }) => name === "core.ping");
        const last = modules.at(-1);
        return told().filter(({ traceId }) => traceId === last?.traceId);
      },
      (spans) => new Set(spans.map(({ service, name }) => `${service} ${name}`)).size >= 4,
      60_000,
    );
    const of = (service: string, name: string) =>
      trace.find((span) => span.service === service && span.name === name);
    expect(of("gateway", "hear irc")?.parentId).toBeUndefined();
    expect(of("channel", "command")?.parentId).toBe(of("gateway", "hear irc")?.spanId);
    expect(of("channel", "core.ping")?.parentId).toBe(of("channel", "command")?.spanId);
    expect(of("gateway", "send irc")?.parentId).toBe(of("channel", "command")?.spanId);
  });

  test("IRC-1 a network kept in the hub's database is joined with its sealed password, which no environment names", async () => {
    const password = "between-friends";
    const other = await startNgircd({ password });
    try {
      const env = { DATABASE_URL: database.url, DATABASE_HTTP_ENDPOINT: database.endpoint };
      const network = aNetwork({ host: "localhost", port: other.port, password });
      await saveNetwork({ ...env, GATEWAY_ENCRYPTION_KEYS: keyring }, network);
      const goose = await joinAsViewer({ ...other, password }, "gary", "#goose");
      await eventually(
        () => gateway.health().connections.find(({ connection }) => connection === "localhost")?.joined,
        (joined) => joined === 1,
        60_000,
      );
      goose.say("#goose", "!ping");
      const answers = () => goose.lines.filter((line) => /PRIVMSG #goose :.*pong/i.test(line));
      await eventually(answers, (lines) => lines.length === 1);
      goose.quit();
      // Now the demo community's, whose channel is on it. The gateway tells how it stands with its renewals.
      await database.db.execute(sql`UPDATE gateway_networks SET community_id = 2 WHERE host = 'localhost'`);
      const look = new URL("/api/v1/communities/2/irc-networks/localhost/test", stack.url);
      const test = await eventually(
        async () => {
          const headers = { "x-api-key": stack.secrets.serviceApiKey };
          return (await fetch(look, { method: "POST", headers })).json();
        },
        (answer) => JSON.stringify(answer).includes('"connected"'),
        60_000,
      );
      expect(test).toMatchObject({
        data: { test: { state: "connected", assigned: 1, joined: 1, failed_attempts: 0, reason: null } },
      });
    } finally {
      await other.stop();
    }
  });
});
