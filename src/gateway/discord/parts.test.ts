import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { readDiscordConfig } from "#gateway/discord/config";
import type { VoiceState } from "#gateway/discord/dispatch-types";
import { makeGrantedIntents } from "#gateway/discord/granted-intents";
import { makeGuildFacts } from "#gateway/discord/guild-facts";
import { identifyTimings, makeIdentifyBudget } from "#gateway/discord/identify-budget";
import { makeDispatchReader } from "#gateway/discord/read-dispatch";
import { makeSessionStore } from "#gateway/discord/session-store";
import { makeVoice } from "#gateway/discord/voice";
import { intents as wireIntents } from "#simulators/discord/gateway/wire";

const database = () => new DatabaseSync(":memory:");
const signal = new AbortController().signal;

describe("configuration", () => {
  const on = { DISCORD_GATEWAY: "1", DISCORD_BOT_TOKEN: "t0k3n" };
  test.each([
    [{}, {}],
    [{ DISCORD_SHARDS: "auto" }, {}],
    [{ DISCORD_SHARDS: "4" }, { count: 4 }],
    [{ DISCORD_SHARDS: "2/8" }, { count: 8, ids: [2] }],
    [{ DISCORD_SHARDS: "4-7/8" }, { count: 8, ids: [4, 5, 6, 7] }],
  ])("shards %o", (env, shards) => {
    expect(readDiscordConfig({ ...on, ...env })).toEqual({
      token: "t0k3n",
      apiBase: "https://discord.com/api/v10",
      shards,
    });
  });

  test("off by default; what is wrong is named without its value", () => {
    expect(readDiscordConfig({ DISCORD_BOT_TOKEN: "t0k3n" })).toBeUndefined();
    expect(() => readDiscordConfig({ DISCORD_GATEWAY: "1" })).toThrow(/^DISCORD_BOT_TOKEN is not set$/);
    for (const shards of ["0", "8/8", "5-3/8", "-1", "1/0", "many"]) {
      expect(() => readDiscordConfig({ ...on, DISCORD_SHARDS: shards })).toThrow(/^DISCORD_SHARDS /);
    }
    expect(() => readDiscordConfig({ ...on, DISCORD_API_BASE: "ftp://secret" })).toThrow(
      /^DISCORD_API_BASE must/,
    );
  });
});

describe("identify budget", () => {
  function budget(file = database(), start = 1_000_000_000) {
    const clock = { now: start };
    const made = makeIdentifyBudget(file, {
      timings: { ...identifyTimings, invalidMs: [0, 0] },
      now: () => clock.now,
      random: () => 0,
    });
    const take = (shardId: number) => made.take(shardId, { signal, isAfterInvalid: false });
    return { ...made, take, clock };
  }

  test("one in five seconds for each bucket", async () => {
    const { take, waitMs, setLimits, clock } = budget();
    setLimits({ total: 1000, remaining: 1000, resetAfterMs: 86_400_000, maxConcurrency: 2 });
    await take(0);
    expect([waitMs(1), waitMs(2), waitMs(0)]).toEqual([0, 5000, 5000]);
    clock.now += 5000;
    expect(waitMs(2)).toBe(0);
  });

  test("T8 the sixth in five minutes waits until the first is five minutes old, in another process too", async () => {
    const file = database();
    const { take, clock } = budget(file);
    for (let n = 0; n < 5; n++) {
      await take(0);
      clock.now += 10_000;
    }
    const later = budget(file, clock.now);
    expect(later.waitMs(0)).toBe(250_000);
    expect(later.waitMs(1)).toBe(0);
    later.clock.now += 250_000;
    expect(later.waitMs(0)).toBe(0);
  });

  test("the day's number is never used up: ten are left, by our books or by Discord's", async () => {
    const { take, waitMs, setLimits, clock } = budget();
    setLimits({ total: 12, remaining: 1000, resetAfterMs: 86_400_000, maxConcurrency: 1 });
    await take(0);
    clock.now += 60_000;
    await take(1);
    expect(waitMs(2)).toBe(24 * 3_600_000 - 60_000);
    clock.now += 24 * 3_600_000;
    expect(waitMs(2)).toBe(0);
    setLimits({ total: 1000, remaining: 10, resetAfterMs: 7_200_000, maxConcurrency: 1 });
    expect(waitMs(2)).toBe(7_200_000);
    clock.now += 7_200_000;
    expect(waitMs(2)).toBe(0);
  });

  test("a wait that is no longer wanted books nothing", async () => {
    const { take, used } = budget();
    await take(0);
    const aborting = new AbortController();
    const file = database();
    const waiting = makeIdentifyBudget(file, { now: Date.now, random: () => 0 });
    await waiting.take(0, { signal, isAfterInvalid: false });
    const second = waiting.take(0, { signal: aborting.signal, isAfterInvalid: false });
    aborting.abort();
    await expect(second).rejects.toThrow();
    expect([used(0), waiting.used(0)]).toEqual([1, 1]);
  });
});

describe("session store", () => {
  const session = { sessionId: "abc", resumeUrl: "wss://r", shardCount: 1, intents: 5 };

  test("P8 a new process resumes behind what the edge has stored, and behind everything when nothing waits", () => {
    const file = database();
    const store = makeSessionStore(file, 0);
    store.open(session, 1);
    for (const sequence of [1, 2, 3, 4]) store.note(sequence, sequence === 2 || sequence === 4);
    expect(makeSessionStore(file, 0).load()?.sequence).toBe(0);
    store.acknowledge([store.frameId(2)]);
    expect(makeSessionStore(file, 0).load()?.sequence).toBe(2);
    store.acknowledge([store.frameId(4, 1)]);
    store.note(5, false);
    expect(makeSessionStore(file, 0).load()).toEqual({ ...session, sequence: 5 });
  });

  test("frames of an earlier session acknowledge nothing of this one", () => {
    const store = makeSessionStore(database(), 0);
    store.open(session, 1);
    const old = store.frameId(7);
    store.open({ ...session, sessionId: "def" }, 5);
    for (let sequence = 1; sequence <= 8; sequence++) store.note(sequence, true);
    store.acknowledge([old]);
    expect(store.load()?.sequence).toBe(0);
  });

  test("a session that followed another one left a gap; a discarded one is not loaded", () => {
    const file = database();
    const store = makeSessionStore(file, 3);
    expect(store.open(session, 1000)).toEqual({ from: null, to: 1000 });
    store.touch(5000);
    store.discard();
    expect(makeSessionStore(file, 3).load()).toBeUndefined();
    const missed = makeSessionStore(file, 3).open({ ...session, sessionId: "def" }, 9000);
    expect(missed).toEqual({ from: 5000, to: 9000 });
    expect(makeSessionStore(file, 3).gaps()).toEqual([{ shardId: 3, from: 5000, to: 9000 }]);
  });

  test("a frame's id does not tell the session's", () => {
    const store = makeSessionStore(database(), 0);
    store.open({ ...session, sessionId: "0123456789abcdef0123456789abcdef" }, 1);
    expect(store.frameId(1)).toMatch(/^[0-9a-f]{16}:1$/);
    expect(store.frameId(1)).not.toContain("0123456789abcdef");
  });
});

describe("voice", () => {
  const at = (channel_id: string | null, user_id = "7", bot = false): VoiceState => ({
    guild_id: "1",
    channel_id,
    user_id,
    member: { roles: [], user: { id: user_id, username: "bob", bot } },
  });

  test("DIS-3 who leaves after 3 min 20 s was there that long, over a restart too", () => {
    const file = database();
    expect(makeVoice(file).see(at("5"), 1000)).toEqual({ d: at("5") });
    expect(makeVoice(file).see(at(null), 201_000)).toEqual({
      d: at(null),
      before: { channel_id: "5", since: 1000, until: 201_000 },
    });
    expect(makeVoice(file).see(at(null), 202_000)).toBeUndefined();
  });

  test("muting is nothing, bots are nobody", () => {
    const voice = makeVoice(database());
    voice.see(at("5"), 1000);
    expect(voice.see(at("5"), 2000)).toBeUndefined();
    expect(voice.see(at("5", "8", true), 2000)).toBeUndefined();
    expect(voice.count()).toBe(1);
  });

  test("whoever changes the channel keeps the begun minute", () => {
    const voice = makeVoice(database());
    voice.see(at("5"), 0);
    expect(voice.see(at("6"), 90_000)?.before).toEqual({ channel_id: "5", since: 0, until: 90_000 });
    expect(voice.see(at(null), 180_000)?.before).toEqual({ channel_id: "6", since: 60_000, until: 180_000 });
  });

  test("a list of who is there now brings joins, leaves and moves, each once", () => {
    const voice = makeVoice(database());
    for (const user of ["1", "2", "3"]) voice.see(at("5", user), 0);
    const now = [at("5", "1"), at("6", "2"), at("5", "4")];
    const changes = voice.reconcile("1", now, 60_000);
    expect(changes.map(({ d, before }) => [d.user_id, d.channel_id, before?.channel_id])).toEqual([
      ["3", null, "5"],
      ["2", "6", "5"],
      ["4", "5", undefined],
    ]);
    expect(voice.reconcile("1", now, 61_000)).toEqual([]);
    expect(changes[0]?.d.member?.user.username).toBe("bob");
  });
});

describe("dispatches", () => {
  const author = { id: "7", username: "bob" };
  const message = {
    id: "100",
    type: 0,
    guild_id: "1",
    channel_id: "2",
    author,
    member: { roles: ["9"] },
    content: "hi",
    timestamp: "2026-05-20T12:00:00Z",
    embeds: [{ description: "x".repeat(10_000) }],
  };
  const setUp = () => makeDispatchReader(makeGuildFacts(database()), makeVoice(database()));
  const guild = {
    id: "1",
    owner_id: "8",
    roles: [
      { id: "1", permissions: "1024" },
      { id: "9", permissions: "8192" },
    ],
  };

  test("a message goes up small, with what its author may do", () => {
    const reader = setUp();
    reader.read("GUILD_CREATE", guild, 0);
    const [slim] = reader.read("MESSAGE_CREATE", message, 0).slim;
    expect(JSON.stringify(slim).length).toBeLessThan(400);
    expect(slim).toMatchObject({ t: "MESSAGE_CREATE", standing: { isOwner: false, permissions: "9216" } });
    const owner = { ...message, author: { ...author, id: "8" } };
    expect(reader.read("MESSAGE_CREATE", owner, 0).slim[0]?.standing?.isOwner).toBe(true);
  });

  test("a role that changes or goes changes what its holders may do", () => {
    const reader = setUp();
    reader.read("GUILD_CREATE", guild, 0);
    const permissions = () => reader.read("MESSAGE_CREATE", message, 0).slim[0]?.standing?.permissions;
    reader.read("GUILD_ROLE_UPDATE", { guild_id: "1", role: { id: "9", permissions: "8" } }, 0);
    expect(permissions()).toBe("1032");
    reader.read("GUILD_ROLE_DELETE", { guild_id: "1", role_id: "9" }, 0);
    expect(permissions()).toBe("1024");
    reader.read("GUILD_DELETE", { id: "1", unavailable: true }, 0);
    expect(permissions()).toBe("1024");
    reader.read("GUILD_DELETE", { id: "1" }, 0);
    expect(permissions()).toBeUndefined();
  });

  test("DIS-5 bots, webhooks, direct messages and what nobody acts on stay here", () => {
    const reader = setUp();
    const { guild_id: _, ...direct } = message;
    for (const d of [
      { ...message, author: { ...author, bot: true } },
      { ...message, webhook_id: "3" },
      direct,
    ]) {
      expect(reader.read("MESSAGE_CREATE", d, 0).slim).toEqual([]);
    }
    for (const type of ["TYPING_START", "PRESENCE_UPDATE", "MESSAGE_UPDATE", "__proto__", "constructor"]) {
      expect(reader.read(type, message, 0)).toEqual({ slim: [] });
    }
  });

  test("a shape we do not know is counted, not thrown", () => {
    expect(setUp().read("MESSAGE_CREATE", { id: 5 }, 0)).toEqual({ slim: [], misfit: true });
  });

  test("a guild comes up never, its voice states do", () => {
    const reader = setUp();
    const voice_states = [{ user_id: "7", channel_id: "5" }];
    const members = [{ user: author, roles: [] }];
    const { slim } = reader.read("GUILD_CREATE", { ...guild, voice_states, members }, 0);
    expect(slim).toEqual([
      { t: "VOICE_STATE_UPDATE", d: { guild_id: "1", user_id: "7", channel_id: "5", member: members[0] } },
    ]);
  });
});

test("refused intents are left out for an hour and asked for again then", () => {
  const clock = { now: 0 };
  const granted = makeGrantedIntents(database(), () => clock.now);
  const full = granted.wanted();
  expect(full & wireIntents.messageContent).not.toBe(0);
  expect([granted.refuse(), granted.refuse()]).toEqual([true, false]);
  expect(granted.wanted() & (wireIntents.messageContent | wireIntents.members)).toBe(0);
  clock.now += 3_600_001;
  expect(granted.wanted()).toBe(full);
});
