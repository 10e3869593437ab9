import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { makeDialect } from "#gateway/irc/dialect";
import { type IrcHeard, type IrcNetwork, startIrcNetwork } from "#gateway/irc/network";
import { openGatewayDatabase } from "#gateway/spool";
import { aNetwork } from "#gateway/testing";
import { startTwitchChat, type TwitchChat, type TwitchChatOptions } from "#simulators/irc/twitch-chat";

const config = aNetwork({ flavour: "twitch", nick: "waddle", password: "not a real token", burstLines: 5 });
let twitch: TwitchChat;
let network: IrcNetwork | undefined;
let heard: IrcHeard[];
let logged: unknown[];

beforeEach(() => {
  heard = [];
  logged = [];
});
afterEach(async () => {
  await network?.close();
  network = undefined;
  await twitch.close();
});

interface Changes {
  server?: Partial<TwitchChatOptions>;
  password?: string;
  keepalive?: { everyMs: number; answerMs: number };
}

async function start({ server, password, keepalive }: Changes = {}): Promise<IrcNetwork> {
  twitch = await startTwitchChat({ token: "not a real token", login: "waddle", ...server });
  const own = { ...config, port: twitch.port, ...(password && { password }) };
  const dialect = makeDialect(own, Date.now);
  network = startIrcNetwork({
    config: own,
    dialect: { ...dialect, ...(keepalive && { keepalive }) },
    onLine: (line) => heard.push(line),
    database: openGatewayDatabase(":memory:"),
    log: (entry) => logged.push(entry),
    backoff: { baseMs: 20, maxMs: 2000 },
    now: Date.now,
    random: Math.random,
  });
  return network;
}

const joined = (count: number, ms = 5000) =>
  vi.waitFor(() => expect(network?.health().joined).toBe(count), ms);

describe("Twitch's chat", () => {
  test("logs in with PASS oauth:, asks for its capabilities, and reads lines with their tags", async () => {
    (await start()).setChannels(["#Duck"]);
    await joined(1);
    expect(twitch.records.lines.slice(0, 3)).toEqual([
      "CAP REQ :twitch.tv/tags twitch.tv/commands twitch.tv/membership",
      "PASS",
      "NICK waddle",
    ]);
    expect(twitch.records.lines).not.toContainEqual(expect.stringMatching(/^CAP (?:LS|END)|^USER/));
    twitch.say("#duck", "!help", { badges: "vip/1", userId: "7", roomId: "100" });
    await vi.waitFor(() => expect(heard).toHaveLength(1));
    expect(heard[0]).toMatchObject({ channel: "#duck" });
    expect(heard[0]?.raw).toMatch(/^@badges=vip\/1;.*room-id=100;.*user-id=7 :bob!.* PRIVMSG #duck :!help$/);
  });

  test("the token is written once with its prefix, whoever gave it, and never into the log", async () => {
    (await start({ password: "oauth:not a real token" })).setChannels(["#duck"]);
    await joined(1);
    expect(JSON.stringify(logged)).not.toContain("not a real token");
  });

  test("RECONNECT is followed at once, and everything joined again", async () => {
    (await start()).setChannels(["#duck", "#goose"]);
    await joined(2);
    twitch.reconnect();
    await vi.waitFor(() => expect(twitch.records.connections).toBe(2), 3000);
    await joined(2);
    expect(network?.health().failedAttempts).toBe(0);
    twitch.say("#goose", "still there");
    await vi.waitFor(() => expect(heard).toHaveLength(1));
  });

  test("a server that answers no PING is left when its time is up", async () => {
    (await start({ keepalive: { everyMs: 50, answerMs: 100 } })).setChannels(["#duck"]);
    await joined(1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(twitch.records.connections).toBe(1);
    twitch.silent = true;
    await vi.waitFor(() => expect(twitch.records.connections).toBeGreaterThan(1), 3000);
    twitch.silent = false;
    await joined(1);
    expect(twitch.records.lines).toContainEqual(expect.stringMatching(/^PING :\d+$/));
  });

  test("the time for an answer is ten seconds", () => {
    expect(makeDialect(config, Date.now).keepalive).toEqual({ everyMs: 60_000, answerMs: 10_000 });
  });

  test("a refused token is reported and not tried in a hurry", async () => {
    await start({ password: "a wrong one" });
    await vi.waitFor(() => expect(twitch.records.refusedLogins).toBe(1));
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(twitch.records.refusedLogins).toBe(1);
    expect(logged).toContainEqual(expect.objectContaining({ action: "irc.login", result: "FAILURE" }));
  });

  test("more than 50 channels take another connection, and at most 20 are joined in ten seconds", async () => {
    const names = Array.from({ length: 55 }, (_, index) => `#room${index}`);
    (await start()).setChannels(names);
    await joined(20);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(network?.health()).toMatchObject({ assigned: 55, joined: 20, numbers: { connections: 2 } });
    expect([twitch.records.refusedJoins, twitch.records.connections]).toEqual([0, 2]);
    // Fewer again: the second connection goes, the first keeps what it is in.
    network?.setChannels(names.slice(0, 10));
    await vi.waitFor(() =>
      expect(network?.health()).toMatchObject({ assigned: 10, joined: 10, numbers: { connections: 1 } }),
    );
  });

  test("threat 12: no reply can begin with / or . , whatever white space stands before it", async () => {
    (await start()).setChannels(["#duck"]);
    await joined(1);
    const texts = ["/ban bob", ".ban bob", " /ban bob", "\u3000.me", "fine"];
    for (const text of texts) expect(await network?.say("#duck", text, () => undefined)).toBe("said");
    await vi.waitFor(() => expect(twitch.records.messages).toHaveLength(texts.length));
    expect(twitch.records.orders).toEqual([]);
    expect(twitch.records.messages.map(({ text }) => text)).toEqual([
      "» /ban bob",
      "» .ban bob",
      "» /ban bob",
      expect.stringMatching(/^»\s.*\.me$/),
      "fine",
    ]);
  });

  test("20 lines in 30 s and no more; as moderator more; nothing is ever thrown away by Twitch", async () => {
    (await start({ server: { moderates: ["#mine"], throttle: "close" } })).setChannels(["#duck", "#mine"]);
    await joined(2);
    await vi.waitFor(() =>
      expect(twitch.records.lines.filter((line) => line.startsWith("JOIN"))).toHaveLength(2),
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    const say = (channel: string, count: number) =>
      Promise.all(
        Array.from({ length: count }, (_, n) => network?.say(channel, `line ${n}`, () => undefined)),
      );
    const count = (results: unknown[], wanted: string) =>
      results.filter((result) => result === wanted).length;
    const first = await say("#duck", 25);
    expect([count(first, "said"), count(first, "refused")]).toEqual([20, 5]);
    const second = await say("#mine", 30);
    expect(count(second, "said")).toBe(30);
    expect(await network?.say("#duck", "one more", () => undefined)).toBe("refused");
    await vi.waitFor(() => expect(twitch.records.messages).toHaveLength(50));
    expect([twitch.records.dropped, twitch.records.connections]).toEqual([0, 1]);
  });
});

describe("limits by a clock of the test's", () => {
  test("logins and JOINs: 20 in ten seconds; words wait at most four", () => {
    let now = 0;
    const dialect = makeDialect(config, () => now);
    const joins = Array.from({ length: 41 }, () => dialect.bookJoin());
    expect([joins[19], joins[20], joins[39], joins[40]]).toEqual([0, 10_500, 10_500, 21_000]);
    expect(Array.from({ length: 21 }, () => dialect.bookLogin()).at(-1)).toBe(10_500);
    expect(dialect.bookLines(20, false)).toEqual(Array(20).fill(0));
    expect(dialect.bookLines(1, false)).toBeUndefined();
    expect(dialect.bookLines(80, true)).toEqual(Array(80).fill(0));
    now = 27_000;
    expect(dialect.bookLines(1, true)).toEqual([3500]);
  });
});
