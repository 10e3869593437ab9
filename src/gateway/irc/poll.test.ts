import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type IrcHeard, type IrcNetwork, startIrcNetwork } from "#gateway/irc/network";
import { makePolledLines } from "#gateway/irc/polled-lines";
import { openGatewayDatabase } from "#gateway/spool";
import { aNetwork } from "#gateway/testing";
import { type LineClient, type LineServer, startLineServer } from "#simulators/irc/line-server";

/** A server that plays back what was said, to whoever joins. */
let server: LineServer | undefined;
let history: string[];
let visits: number;
let present: LineClient[];
let network: IrcNetwork | undefined;
let heard: IrcHeard[];
const database = () => openGatewayDatabase(":memory:");
let kept = database();

async function openServer(port?: number): Promise<number> {
  server = await startLineServer(
    {
      onClose: (client) => {
        present = present.filter((one) => one !== client);
      },
      onLine(client, line) {
        if (line.startsWith("CAP LS")) client.send(":s CAP * LS :batch server-time message-tags");
        if (line.startsWith("CAP REQ")) client.send(`:s CAP * ACK ${line.slice(8)}`);
        if (line === "CAP END") client.send(":s 001 waddle :welcome");
        if (line.startsWith("QUIT")) client.close();
        if (!line.startsWith("JOIN")) return;
        visits += 1;
        present.push(client);
        client.send(`:waddle!w@h ${line}`);
        for (const old of history) client.send(old);
      },
    },
    port,
  );
  return server.port;
}

beforeEach(() => {
  history = [];
  visits = 0;
  present = [];
  heard = [];
  kept = database();
});
afterEach(async () => {
  await network?.close();
  network = undefined;
  await server?.close();
});

function start(port: number): IrcNetwork {
  network = startIrcNetwork({
    config: aNetwork({ port, pollSeconds: 60 }),
    poll: { everyMs: 300, joinMs: 1000, quietMs: 100, stayMs: 1000 },
    onLine: (line) => heard.push(line),
    database: kept,
    log: () => undefined,
    backoff: { baseMs: 20, maxMs: 50 },
    now: Date.now,
    random: Math.random,
  });
  return network;
}

const isoNow = (laterMs = 0) => new Date(Date.now() + laterMs).toISOString();
const played = (text: string, time = isoNow()) => `@batch=7;time=${time} :bob!b@h PRIVMSG #duck :${text}`;
const visited = (count: number) => vi.waitFor(() => expect(visits).toBeGreaterThanOrEqual(count), 5000);

describe("a network that is polled", () => {
  test("IRC-3 two polls without new lines hear nothing twice, and what was said in between is heard", async () => {
    start(await openServer()).setChannels(["#duck"]);
    await visited(1);
    history.push(played("between the visits", isoNow(5)), played("and this", isoNow(6)));
    await visited(2);
    await vi.waitFor(() => expect(heard).toHaveLength(2), 3000);
    const before = visits;
    await visited(before + 2);
    expect(heard.map(({ raw }) => raw.replace(/^@time=\S+ /, ""))).toEqual([
      ":bob!b@h PRIVMSG #duck :between the visits",
      ":bob!b@h PRIVMSG #duck :and this",
    ]);
    expect(new Set(heard.map(({ id }) => id)).size).toBe(2);
  });

  test("what was said before the first visit ever is left alone", async () => {
    history.push(played("long ago", "2020-01-01T00:00:00.000Z"));
    start(await openServer()).setChannels(["#duck"]);
    await visited(2);
    expect(heard).toEqual([]);
  });

  test("the channels are left between two visits, and a reply is said while one lasts", async () => {
    start(await openServer()).setChannels(["#duck"]);
    await visited(1);
    await vi.waitFor(() => expect(network?.health().joined).toBe(1));
    present[0]?.send(":bob!b@h PRIVMSG #duck :!help");
    await vi.waitFor(() => expect(heard).toHaveLength(1));
    expect(await network?.say("#duck", "here", () => undefined)).toBe("said");
    await vi.waitFor(() => expect(present).toEqual([]), 3000);
    expect(await network?.say("#duck", "too late", () => undefined)).toBe("refused");
    expect(network?.health()).toMatchObject({ isConnected: true, assigned: 1, joined: 0 });
  });

  test("IRC-4 unreachable five times: the circuit opens, the next run is skipped, and it recovers later", async () => {
    const port = await openServer();
    await server?.close();
    start(port).setChannels(["#duck"]);
    const numbers = () => network?.health().numbers ?? {};
    await vi.waitFor(() => expect(numbers()).toMatchObject({ failed_runs_total: 5 }), 8000);
    expect(network?.health()).toMatchObject({
      isConnected: false,
      failedAttempts: 5,
      numbers: { circuit: 1 },
    });
    await vi.waitFor(() => expect(numbers()).toMatchObject({ skipped_runs_total: 1 }), 3000);
    expect(numbers()).toMatchObject({ failed_runs_total: 5 });
    await openServer(port);
    await visited(1);
    await vi.waitFor(() =>
      expect(network?.health()).toMatchObject({
        isConnected: true,
        failedAttempts: 0,
        numbers: { circuit: 0 },
      }),
    );
    history.push(played("after the outage", isoNow(5)));
    await vi.waitFor(() => expect(heard).toHaveLength(1), 3000);
  });
});

describe("polled lines", () => {
  test("IRC-3 one line is its channel, sender, time and text; across a restart too", () => {
    let now = 1_800_000_000_000;
    const lines = () => makePolledLines(kept, "host", () => now);
    lines().visit("#duck");
    now += 1000;
    const at = new Date(now).toISOString();
    const take = (raw: string, channel = "#duck") => lines().take(channel, raw);
    const line = `@time=${at};batch=1 :bob!b@h PRIVMSG #duck :hi`;
    const first = take(line);
    expect(first).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      raw: `@time=${at} :bob!b@h PRIVMSG #duck :hi`,
    });
    expect(take(line)).toBeUndefined();
    expect(take(line.replace("bob", "eve"))).toBeDefined();
    expect(take(line.replace("hi", "ho"))).toBeDefined();
    expect(take(line.replace(at, new Date(now + 1).toISOString()))).toBeDefined();
    expect(take(line, "#never-visited")).toBeUndefined();
    // A server that gives ids is believed.
    expect(take(`@msgid=m1;time=${at} :bob!b@h PRIVMSG #duck :hi`)).toMatchObject({ id: "m1" });
    expect(take(`@msgid=m1;time=${at} :bob!b@h PRIVMSG #duck :hi`)).toBeUndefined();
  });

  test("IRC-3 a history longer than our memory is not taken for news", () => {
    let now = 1_800_000_000_000;
    const lines = makePolledLines(kept, "host", () => now);
    lines.visit("#duck");
    now += 1000;
    const line = `@time=${new Date(now).toISOString()} :bob!b@h PRIVMSG #duck :hi`;
    expect(lines.take("#duck", line)).toBeDefined();
    now += 49 * 60 * 60_000;
    lines.visit("#duck");
    expect(lines.take("#duck", line)).toBeUndefined();
  });
});
