import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { GatewayFrame, IrcNetworkConfig } from "#contracts/gateway";
import type { Gateway } from "#gateway/gateway";
import { startGateway } from "#gateway/gateway";
import { aGatewayConfig, aNetwork } from "#gateway/testing";
import { parseIrcLine } from "#lib/irc-message";
import { platform } from "#platforms/irc/index";
import { makeCertificates } from "#test/fakes/certificates";
import { type FakeEdge, startFakeEdge } from "#test/fakes/fake-edge";
import { type Inspircd, missingForInspircd, registerAccount, startInspircd } from "#test/fakes/inspircd";
import { type IrcViewer, joinAsViewer } from "#test/fakes/irc-viewer";

const key = "0123456789abcdef";
const account = { account: "waddle", password: "not-a-real-one-12" };
const missing = missingForInspircd();
if (missing)
  console.warn(`skipped: ${missing} is not here; install the packages inspircd and atheme-services`);

describe.skipIf(missing)("the gateway on a real InspIRCd with TLS and SASL", { timeout: 40_000 }, () => {
  let folder: string;
  let server: Inspircd;
  let edge: FakeEdge;
  let gateway: Gateway | undefined;
  let bob: IrcViewer;

  beforeAll(async () => {
    server = await startInspircd();
    await registerAccount(server, account.account, account.password);
    await registerAccount(server, "bob", "not-bobs-real-one-1");
  }, 60_000);
  afterAll(() => server?.stop());

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "gateway-"));
    edge = await startFakeEdge({ key, assignment: [{ connection: server.host, channels: ["#duck"] }] });
    bob = await joinAsViewer(server, "bob", "#duck");
  });
  afterEach(async () => {
    bob.quit();
    await gateway?.close();
    gateway = undefined;
    await edge.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(changes: Partial<IrcNetworkConfig> = {}): Promise<Gateway> {
    const network = aNetwork({ port: server.tlsPort, tls: true, ca: server.ca, sasl: account, ...changes });
    const config = aGatewayConfig({
      gatewayKey: key,
      edgeUrl: edge.url,
      networks: [network],
      spoolPath: join(folder, "spool.sqlite"),
    });
    gateway = await startGateway(config, { log: () => {}, ircBackoff: { baseMs: 50, maxMs: 400 } });
    return gateway;
  }

  const connection = () => gateway?.health().connections[0];
  const joined = () => vi.waitFor(() => expect(connection()?.joined).toBe(1), 10_000);
  const frames = (): GatewayFrame[] => edge.batches.flatMap((batch) => batch.frames);
  const parsed = () => frames().flatMap((frame) => platform.parseFrame?.(frame, {}) ?? []);
  const said = () =>
    bob.lines.map(parseIrcLine).flatMap((line) => (line?.command === "PRIVMSG" ? [line.params[1]] : []));

  function send(id: string, text: string): void {
    const target = { kind: "chat", platform: "irc", channel: "#duck", server: server.host } as const;
    const message = { id, entityId: "irc:127.0.0.1:#duck", target, text, correlationId: "c1" };
    edge.send({ type: "send", message });
  }

  test("IRC-1 over TLS and with a login: a line goes up with its tags, the reply is said", async () => {
    await start();
    await joined();
    expect(bob.lines.some((line) => line.startsWith(":waddle!"))).toBe(true);
    bob.raw("PRIVMSG NickServ :IDENTIFY not-bobs-real-one-1");
    await vi.waitFor(() => expect(bob.lines.some((line) => / 900 /.test(line))).toBe(true));
    bob.say("#duck", "!help 🦆");
    await vi.waitFor(() => expect(frames()).toHaveLength(1), 5000);
    const [event] = parsed();
    // The network vouches for the account, so this is bob and not merely somebody called bob.
    expect(event).toMatchObject({ user: { id: "bob" }, text: "!help 🦆", entityId: "irc:127.0.0.1:#duck" });
    expect(parseIrcLine(frames()[0]?.raw ?? "")?.tags.get("msgid")).toMatch(/.+/);
    send("effect-1", "quack 🦆");
    await vi.waitFor(() => expect(said()).toEqual(["quack 🦆"]), 5000);
    bob.raw("WHOIS waddle");
    await vi.waitFor(() =>
      expect(bob.lines).toContainEqual(expect.stringMatching(/ 330 bob waddle waddle :is logged in as/)),
    );
  });

  test("IRC-2 the server lets in only who answers its PING, and we are in", async () => {
    expect(bob.lines.some((line) => line.startsWith("PING"))).toBe(true);
    await start();
    await joined();
  });

  test("IRC-3 visited now and then: what was said in between is heard, nothing twice", async () => {
    const pace = { pollSeconds: 5 };
    bob.raw("MODE #duck +H 20:1h");
    await start(pace);
    await joined();
    await vi.waitFor(() => expect(connection()?.joined).toBe(0), 12_000);
    bob.say("#duck", "while nobody looked");
    await vi.waitFor(() => expect(frames()).toHaveLength(1), 12_000);
    const runs = () => Number(connection()?.numbers?.["runs_total"]);
    const before = runs();
    await vi.waitFor(() => expect(runs()).toBeGreaterThan(before + 1), 15_000);
    const [event] = parsed();
    expect([frames().length, event]).toMatchObject([1, { text: "while nobody looked" }]);
    bob.raw("MODE #duck -H");
  });

  test.each([
    ["a wrong password", { sasl: { ...account, password: "wrong" } }],
    ["an account nobody has", { sasl: { account: "nobody", password: "wrong" } }],
  ])("SASL fails closed: %s never gets in", async (_, changes) => {
    await start(changes);
    await vi.waitFor(() => expect(connection()?.failedAttempts).toBeGreaterThan(2), 10_000);
    expect(connection()).toMatchObject({ isConnected: false, joined: 0 });
    expect(bob.lines.some((line) => line.startsWith(":waddle!"))).toBe(false);
  });

  test("SASL fails closed: with the services away nobody goes in without a login, and it recovers", {
    timeout: 90_000,
  }, async () => {
    await server.stopServices();
    try {
      await start();
      // A server that still offers SASL leaves the login unanswered, and the gateway hangs up after 20 s.
      await vi.waitFor(() => expect(connection()?.failedAttempts).toBeGreaterThan(0), 30_000);
      expect(connection()?.joined).toBe(0);
    } finally {
      await server.startServices();
    }
    await vi.waitFor(() => expect(connection()?.joined).toBe(1), 30_000);
  });

  test("TLS fails closed: a certificate of another authority is refused, and so is one of nobody we know", async () => {
    const other = mkdtempSync(join(tmpdir(), "authority-"));
    const { ca } = makeCertificates(other);
    rmSync(other, { recursive: true, force: true });
    await start({ ca });
    await vi.waitFor(() => expect(connection()?.failedAttempts).toBeGreaterThan(1), 5000);
    await gateway?.close();
    const { ca: _, ...withoutCa } = aNetwork({ port: server.tlsPort, tls: true, ca });
    gateway = await startGateway(
      aGatewayConfig({
        gatewayKey: key,
        edgeUrl: edge.url,
        networks: [withoutCa],
        spoolPath: join(folder, "other.sqlite"),
      }),
      { log: () => {}, ircBackoff: { baseMs: 50, maxMs: 400 } },
    );
    await vi.waitFor(() => expect(connection()?.failedAttempts).toBeGreaterThan(1), 5000);
    expect(bob.lines.some((line) => line.startsWith(":waddle!"))).toBe(false);
  });

  test("IRC-4 the server goes away and comes back: logged in and joined again", async () => {
    await start();
    await joined();
    await server.stopServer();
    await vi.waitFor(() => expect(connection()?.failedAttempts).toBeGreaterThanOrEqual(5), 10_000);
    expect(connection()?.isConnected).toBe(false);
    await server.restart();
    await joined();
    bob = await joinAsViewer(server, "bob", "#duck");
    bob.say("#duck", "back again");
    await vi.waitFor(() => expect(frames().at(-1)?.raw).toMatch(/back again$/), 5000);
  });

  test("threat 12: a reply stays one line here, too", async () => {
    await start();
    await joined();
    send("evil", "one\r\nJOIN #evil\nQUIT :bye\u2028PART #duck\0\u0001VERSION");
    await vi.waitFor(() => expect(said()).toEqual(["one JOIN #evil QUIT :bye PART #duckVERSION"]), 5000);
    expect(connection()).toMatchObject({ isConnected: true, joined: 1 });
  });
});
