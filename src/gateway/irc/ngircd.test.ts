import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { OutboundMessage } from "#contracts/sender";
import type { Gateway } from "#gateway/gateway";
import { startGateway } from "#gateway/gateway";
import { aGatewayConfig, aNetwork } from "#gateway/testing";
import { parseIrcLine } from "#lib/irc-message";
import { type FakeEdge, startFakeEdge } from "#test/fakes/fake-edge";
import { type IrcViewer, joinAsViewer } from "#test/fakes/irc-viewer";
import { findNgircd, type Ngircd, startNgircd } from "#test/fakes/ngircd";

const key = "0123456789abcdef";
const program = findNgircd();
if (!program) console.warn("skipped: no IRC server on this machine; install the package `ngircd`");

describe.skipIf(!program)("the gateway on a real ngircd", { timeout: 30_000 }, () => {
  let folder: string;
  let server: Ngircd;
  let edge: FakeEdge;
  let gateway: Gateway;
  let bob: IrcViewer;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "gateway-"));
    server = await startNgircd();
    edge = await startFakeEdge({ key, assignment: [{ connection: server.host, channels: ["#duck"] }] });
    gateway = await start();
    await joined();
    bob = await joinAsViewer(server, "bob", "#duck");
  });

  afterEach(async () => {
    bob.quit();
    await gateway.close();
    await edge.stop();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function start(): Promise<Gateway> {
    const config = aGatewayConfig({
      gatewayKey: key,
      edgeUrl: edge.url,
      networks: [aNetwork({ port: server.port, burstLines: 5, linesPerSecond: 5 })],
      spoolPath: join(folder, "spool.sqlite"),
    });
    return startGateway(config, { log: () => {}, ircBackoff: { baseMs: 50, maxMs: 400 } });
  }

  const joined = () => vi.waitFor(() => expect(gateway.health().connections[0]?.joined).toBe(1), 10_000);
  const heardByEdge = () => edge.batches.flatMap(({ frames }) => frames.map(({ raw }) => raw));
  const saidToBob = () =>
    bob.lines.map(parseIrcLine).flatMap((line) => (line?.command === "PRIVMSG" ? [line.params[1]] : []));

  function aMessage(changes: Partial<OutboundMessage> = {}): OutboundMessage {
    return {
      id: "effect-1",
      entityId: "irc:127.0.0.1:#duck",
      target: { kind: "chat", platform: "irc", channel: "#duck", server: server.host },
      text: "quack",
      ephemeral: false,
      priority: "reply",
      correlationId: "c1",
      ...changes,
    };
  }

  async function send(message: OutboundMessage) {
    const before = edge.answers.length;
    edge.send({ type: "send", message });
    await vi.waitFor(() => expect(edge.answers).toHaveLength(before + 1), 6000);
    return edge.answers[before]?.outcome;
  }

  test("IRC-1 a line in the channel goes up, the reply is said, our own words do not come back", async () => {
    bob.say("#duck", "!help 🦆");
    await vi.waitFor(() => expect(heardByEdge()).toHaveLength(1), 5000);
    expect(parseIrcLine(heardByEdge()[0] ?? "")).toMatchObject({
      source: { nick: "bob" },
      params: ["#duck", "!help 🦆"],
    });

    expect(await send(aMessage({ text: "quack 🦆" }))).toEqual({ ok: true, platformMessageIds: [] });
    await vi.waitFor(() => expect(saidToBob()).toEqual(["quack 🦆"]), 5000);

    bob.say("#duck", "after");
    await vi.waitFor(() => expect(heardByEdge()).toHaveLength(2), 5000);
    expect(gateway.health().spool).toEqual({ frames: 0, dropped: 0, oldestAgeMs: 0 });
  });

  test("IRC-2 the server lets in only who answers its PING, and we are in", () => {
    expect(bob.lines.some((line) => line.startsWith("PING"))).toBe(true);
    expect(gateway.health().connections[0]).toMatchObject({
      isConnected: true,
      joined: 1,
      failedAttempts: 0,
    });
  });

  test("threat 12: a reply cannot become a second command", async () => {
    expect(await send(aMessage({ text: "hi\r\nJOIN #evil\nQUIT :bye\0\u2028PART #duck" }))).toMatchObject({
      ok: true,
    });
    await vi.waitFor(() => expect(saidToBob()).toEqual(["hi JOIN #evil QUIT :bye PART #duck"]), 5000);
    const target = { kind: "chat", platform: "irc", server: server.host } as const;
    for (const channel of ["#duck,#evil", "#duck x", ":#duck", "#duck\r\nQUIT", "0", "bob"]) {
      const outcome = await send(aMessage({ id: `bad ${channel}`, target: { ...target, channel } }));
      expect(outcome).toMatchObject({ ok: false, code: "bad_request" });
    }
    expect(gateway.health().connections[0]).toMatchObject({ isConnected: true, joined: 1 });
  });

  test("a message id is said once, however often it comes, across a restart too", async () => {
    const outcomes = [await send(aMessage()), await send(aMessage())];
    await gateway.close();
    gateway = await start();
    await joined();
    outcomes.push(await send(aMessage()));
    expect(outcomes).toEqual(Array(3).fill({ ok: true, platformMessageIds: [] }));
    await send(aMessage({ id: "effect-2", text: "last" }));
    await vi.waitFor(() => expect(saidToBob()).toContain("last"), 5000);
    expect(saidToBob()).toEqual(["quack", "last"]);
  });

  test("a long reply arrives whole, in lines the server does not cut", async () => {
    const words = Array.from({ length: 150 }, (_, index) => `wörd${index}`).join(" ");
    expect(await send(aMessage({ text: words }))).toMatchObject({ ok: true });
    await vi.waitFor(() => expect(saidToBob().join(" ")).toBe(words), 8000);
  });

  test("IRC-4 the server goes away and comes back: rejoined, and nothing is said into the void", async () => {
    const { port } = server;
    await server.stop();
    await vi.waitFor(() => expect(gateway.health().connections[0]?.isConnected).toBe(false), 5000);
    expect(await send(aMessage())).toMatchObject({ ok: false, code: "unavailable" });
    await vi.waitFor(
      () => expect(gateway.health().connections[0]?.failedAttempts).toBeGreaterThanOrEqual(5),
      8000,
    );

    server = await startNgircd({ port });
    await joined();
    bob = await joinAsViewer(server, "bob", "#duck");
    bob.say("#duck", "back again");
    await vi.waitFor(() => expect(heardByEdge().at(-1)).toMatch(/back again$/), 5000);
    expect(await send(aMessage())).toMatchObject({ ok: true });
    await vi.waitFor(() => expect(saidToBob()).toEqual(["quack"]), 5000);
  });

  test("P8 lines heard while the edge is away wait in the spool", async () => {
    edge.acknowledges = false;
    edge.drop();
    bob.say("#duck", "one");
    bob.say("#duck", "two");
    await vi.waitFor(() => expect(gateway.health().spool.frames).toBe(2), 5000);
    edge.acknowledges = true;
    edge.drop();
    await vi.waitFor(() => expect(gateway.health().spool.frames).toBe(0), 8000);
    const texts = heardByEdge().map((raw) => parseIrcLine(raw)?.params[1]);
    expect([...new Set(texts)]).toEqual(["one", "two"]);
  });

  test("a changed assignment joins and parts", async () => {
    const goose = await joinAsViewer(server, "goose", "#goose");
    edge.send({ type: "assignment", irc: [{ connection: server.host, channels: ["#Goose"] }] });
    await vi.waitFor(
      () => expect(bob.lines).toContainEqual(expect.stringMatching(/waddle.* PART #duck/)),
      5000,
    );
    await vi.waitFor(() =>
      expect(goose.lines).toContainEqual(expect.stringMatching(/waddle.* JOIN :?#goose/)),
    );
    goose.quit();
  });

  test("a replaced gateway leaves the channels, so that two never both speak", async () => {
    edge.drop(4001);
    await vi.waitFor(
      () => expect(bob.lines).toContainEqual(expect.stringMatching(/waddle.* PART #duck/)),
      5000,
    );
    expect(gateway.health().connections[0]).toMatchObject({ assigned: 0 });
  });

  test("LIB-2 health, health of each part, and metrics", async () => {
    const get = async (path: string) => {
      const response = await fetch(`http://127.0.0.1:${gateway.port}${path}`);
      return { status: response.status, text: await response.text() };
    };
    expect((await get("/health")).status).toBe(200);
    expect(await get("/healthz")).toMatchObject({ status: 200 });
    expect((await get("/metrics")).text).toContain('gateway_irc_channels_joined{connection="127.0.0.1"} 1');
    await server.stop();
    await vi.waitFor(async () => expect((await get("/healthz")).status).toBe(503), 5000);
    expect(JSON.parse((await get("/healthz")).text).checks).toEqual({ edge: true, "irc:127.0.0.1": false });
  });
});
