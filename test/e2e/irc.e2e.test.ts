import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeEntityId } from "#contracts/ids";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { type Gateway, startGateway } from "#gateway/gateway";
import { parseIrcLine } from "#lib/irc-message";
import { eventually, type Stack, startStack } from "#test/e2e/stack";
import { type IrcViewer, joinAsViewer } from "#test/fakes/irc-viewer";
import { findNgircd, type Ngircd, startNgircd } from "#test/fakes/ngircd";

const program = findNgircd();
if (!program) console.warn("skipped: no IRC server on this machine; install the package `ngircd`");

describe.skipIf(!program)("IRC through the whole house", () => {
  const folder = mkdtempSync(join(tmpdir(), "waddlebot-irc-"));
  let database: TestDatabase;
  let server: Ngircd;
  let stack: Stack;
  let gateway: Gateway;
  let bob: IrcViewer;

  beforeAll(async () => {
    database = await openTestDatabase();
    server = await startNgircd();
    const entityId = makeEntityId({ platform: "irc", server: server.host, channel: "#duck" });
    stack = await startStack({
      databaseUrl: database.url,
      databaseEndpoint: database.endpoint,
      channels: [{ entityId, channelName: "#duck", viewers: [{ userKey: "irc:~mo", role: "moderator" }] }],
    });
    gateway = await startLink();
    await eventually(
      () => gateway.health().networks[0]?.joined,
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
    const network = {
      host: server.host,
      port: server.port,
      tls: false,
      nick: "waddle",
      burstLines: 20,
      linesPerSecond: 20,
    };
    return startGateway(
      {
        gatewayId: "main",
        gatewayKey: stack.secrets.gatewayKey,
        edgeUrl: stack.url.origin,
        networks: [network],
        spoolPath: join(folder, "spool.sqlite"),
        port: 0,
        host: "127.0.0.1",
      },
      { log: () => undefined },
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
      () => gateway.health().networks[0]?.joined,
      (joined) => joined === 1,
    );
    const before = heard().length;
    bob.say("#duck", "!ping again");
    const lines = await eventually(heard, (all) => all.length > before);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(heard()).toEqual(lines);
  });
});
