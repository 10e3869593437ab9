import { describe, expect, test, vi } from "vitest";
import { quickTimings, type Stage, setDiscordStage } from "#gateway/discord/testing";

vi.setConfig({ testTimeout: 20_000 });

const identifies = ({ gateway }: Stage) => gateway.ledger.granted.length;

async function heard(stage: Stage, texts: readonly string[]): Promise<void> {
  await vi.waitFor(() => expect(stage.texts()).toEqual(texts), 10_000);
}

describe.concurrent("P8 what a closed connection leads to", () => {
  test.each([1000, 1001, 4000, 4001, 4002, 4003, 4005, 4008])(
    "%i: the session goes on, nothing is missed, no identify",
    async (code) => {
      await using stage = await setDiscordStage();
      await stage.connected();
      stage.gateway.say({ viewer: "bob", text: "before" });
      stage.gateway.close(code);
      stage.gateway.say({ viewer: "bob", text: "meanwhile" });
      await vi.waitFor(() => expect(stage.gateway.resumes).toHaveLength(1), 10_000);
      stage.gateway.say({ viewer: "bob", text: "after" });
      await heard(stage, ["before", "meanwhile", "after"]);
      expect(identifies(stage)).toBe(1);
    },
  );

  test.each([4007, 4009])("%i: a new session, one identify, and the gap is written down", async (code) => {
    await using stage = await setDiscordStage();
    await stage.connected();
    stage.gateway.close(code);
    await vi.waitFor(() => expect(identifies(stage)).toBe(2), 10_000);
    await stage.connected();
    stage.gateway.say({ viewer: "bob", text: "after" });
    await heard(stage, ["after"]);
    expect([identifies(stage), stage.gateway.resumes.length]).toEqual([2, 0]);
    expect(stage.numbers()).toMatchObject({ sessions_lost_total: 1, gaps_total: 1 });
  });

  test.each([4004, 4010, 4011, 4012, 4013])("%i: never again, and health says why", async (code) => {
    await using stage = await setDiscordStage();
    await stage.connected();
    stage.gateway.close(code);
    await vi.waitFor(() => expect(stage.numbers()["stopped_code"]).toBe(code), 10_000);
    expect(stage.reason()).toMatch(/\w{3,}/);
    expect(stage.isConnected()).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect([identifies(stage), stage.gateway.connections()]).toEqual([1, 0]);
  });

  test("4014: goes on without the privileged intents and says so; a second refusal ends it", async () => {
    await using stage = await setDiscordStage({ privilegedIntents: 0 });
    await stage.connected();
    expect(stage.reason()).toMatch(/slash commands/);
    expect(stage.numbers()["privileged_intents"]).toBe(0);
    stage.gateway.say({ viewer: "bob", text: "!help" });
    stage.gateway.say({ viewer: "bob", text: "@WaddleBot help", mentionsBot: true });
    await heard(stage, ["", "@WaddleBot help"]);
    stage.gateway.close(4014);
    await vi.waitFor(() => expect(stage.numbers()["stopped_code"]).toBe(4014), 10_000);
  });
});

describe.concurrent("P8 the session", () => {
  test("op 7: comes back to the session's own address and resumes", async () => {
    await using stage = await setDiscordStage();
    await stage.connected();
    stage.gateway.askToReconnect();
    stage.gateway.say({ viewer: "bob", text: "meanwhile" });
    await heard(stage, ["meanwhile"]);
    await vi.waitFor(() => expect(stage.gateway.resumes).toHaveLength(1), 10_000);
    expect(identifies(stage)).toBe(1);
    expect(stage.gateway.closedByBot.every((code) => code !== 1000 && code !== 1001)).toBe(true);
  });

  test("op 9 with true resumes, with false begins anew after a pause, once", async () => {
    await using stage = await setDiscordStage();
    await stage.connected();
    stage.gateway.askToReconnect();
    await vi.waitFor(() => expect(stage.gateway.resumes).toHaveLength(1), 10_000);
    stage.gateway.invalidate(false);
    await vi.waitFor(() => expect(identifies(stage)).toBe(2), 10_000);
    await stage.connected();
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(identifies(stage)).toBe(2);
  });

  test("op 1 is answered at once", async () => {
    await using stage = await setDiscordStage();
    await stage.connected();
    const before = stage.gateway.heartbeats();
    stage.gateway.askForHeartbeat();
    await vi.waitFor(() => expect(stage.gateway.heartbeats()).toBe(before + 1), 5000);
  });

  test("a connection that acknowledges no heartbeat is left and resumed, with a code that keeps the session", async () => {
    await using stage = await setDiscordStage({ heartbeatMs: 150 });
    await stage.connected();
    stage.gateway.acknowledges = false;
    await vi.waitFor(() => expect(stage.gateway.closedByBot).toEqual([4200]), 10_000);
    stage.gateway.acknowledges = true;
    await vi.waitFor(() => expect(stage.gateway.resumes).toHaveLength(1), 10_000);
    expect(identifies(stage)).toBe(1);
  });

  test("a network that is gone for a while costs no session", async () => {
    await using stage = await setDiscordStage();
    await stage.connected();
    stage.gateway.isUnreachable = true;
    stage.gateway.cut();
    stage.gateway.say({ viewer: "bob", text: "meanwhile" });
    await vi.waitFor(() => expect(stage.source.health()[0]?.failedAttempts).toBeGreaterThan(3), 10_000);
    stage.gateway.isUnreachable = false;
    await heard(stage, ["meanwhile"]);
    expect([identifies(stage), stage.numbers()["sessions_lost_total"]]).toEqual([1, 0]);
  });

  test("T8 heartbeats that are answered while a new session still waits for its turn do not shorten the gap", async () => {
    const timings = { ...quickTimings, bucketMs: 1500 };
    await using stage = await setDiscordStage({ heartbeatMs: 50 }, { timings });
    await stage.connected();
    const lostAt = Date.now();
    stage.gateway.close(4009);
    await vi.waitFor(() => expect(identifies(stage)).toBe(2), 10_000);
    await stage.connected();
    // A first session tells since when it listens; the second, what was missed.
    expect(stage.missed.at(-1)?.from).toBeLessThanOrEqual(lostAt);
    expect(stage.missed.at(-1)?.to).toBeGreaterThanOrEqual(lostAt + 500);
  });

  test("a process that dies resumes behind what the edge has stored; what is replayed twice goes up once", async () => {
    await using stage = await setDiscordStage();
    await stage.connected();
    stage.gateway.say({ viewer: "bob", text: "stored" });
    await heard(stage, ["stored"]);
    stage.acknowledgeAll();
    stage.gateway.say({ viewer: "bob", text: "not stored yet" });
    await heard(stage, ["stored", "not stored yet"]);
    await stage.crash();
    stage.gateway.say({ viewer: "bob", text: "after" });
    await heard(stage, ["stored", "not stored yet", "after"]);
    expect(identifies(stage)).toBe(1);
    // Resumed behind "stored": the line that was not stored yet came again, and was known.
    expect(stage.gateway.resumes[0]?.replayed).toBeGreaterThanOrEqual(1);
  });

  test("closing keeps the session for the next process", async () => {
    await using stage = await setDiscordStage();
    await stage.connected();
    await stage.source.close();
    expect(stage.gateway.closedByBot).toEqual([4200]);
    stage.gateway.say({ viewer: "bob", text: "meanwhile" });
    await stage.crash();
    await heard(stage, ["meanwhile"]);
    expect([identifies(stage), stage.gateway.resumes.length]).toEqual([1, 1]);
  });

  test("the order to leave ends the connection resumably, an assignment brings it back", async () => {
    await using stage = await setDiscordStage();
    await stage.connected();
    stage.source.setAssignment([], undefined, true);
    await vi.waitFor(() => expect(stage.gateway.connections()).toBe(0), 10_000);
    expect(stage.gateway.closedByBot).toEqual([4200]);
    stage.gateway.say({ viewer: "bob", text: "meanwhile" });
    stage.source.setAssignment([{ connection: "0", channels: [] }], [], true);
    await heard(stage, ["meanwhile"]);
    expect(identifies(stage)).toBe(1);
  });
});

describe.concurrent("shared with other processes", () => {
  test("threat 25: what is heard without a lease that holds counts as not heard and is asked for again", async () => {
    await using stage = await setDiscordStage();
    await stage.connected();
    stage.holdsLease = false;
    const texts = ["one", "two", "three"];
    for (const text of texts) stage.gateway.say({ viewer: "bob", text });
    await vi.waitFor(() => expect(stage.gateway.closedByBot).toContain(4200), 10_000);
    stage.holdsLease = true;
    await heard(stage, texts);
    expect(identifies(stage)).toBe(1);
  });

  test("a shard somebody else holds is not connected to, whatever the configuration says", async () => {
    await using stage = await setDiscordStage({}, { shards: { count: 1 } });
    await stage.connected();
    stage.source.setAssignment([{ connection: "7", channels: [] }], [], true);
    await vi.waitFor(() => expect(stage.gateway.connections()).toBe(0), 10_000);
  });
});

describe.concurrent("identify budget", () => {
  test("T8 after five identifies in five minutes a shard waits, over a restart too", async () => {
    await using stage = await setDiscordStage();
    for (let number = 1; number <= 5; number++) {
      await vi.waitFor(() => expect(identifies(stage)).toBe(number), 10_000);
      await stage.connected();
      stage.gateway.invalidate(false);
    }
    await vi.waitFor(() => expect(stage.isConnected()).toBe(false), 10_000);
    expect(stage.numbers()["identify_wait_seconds"]).toBeGreaterThan(200);
    await stage.crash();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(identifies(stage)).toBe(5);
  });

  test("a few are always left: the day's last identify resets the token", async () => {
    await using stage = await setDiscordStage({ identifyLimit: 11 });
    await stage.connected();
    stage.gateway.invalidate(false);
    await vi.waitFor(() => expect(stage.numbers()["identify_wait_seconds"]).toBeGreaterThan(3600), 10_000);
    expect(identifies(stage)).toBe(1);
  });

  test("a token Discord does not know is said once and not tried again", async () => {
    await using stage = await setDiscordStage({}, { token: "wrong" });
    await vi.waitFor(() => expect(stage.reason()).toMatch(/token/), 10_000);
    expect(stage.isConnected()).toBe(false);
    expect(identifies(stage)).toBe(0);
  });
});

describe("shards", () => {
  test("each hears its own guilds, and two processes share them by range", async () => {
    const guildIds = ["41771983423143937", "197038439483310086", "81384788765712384"];
    await using stage = await setDiscordStage(
      { guildIds, maxConcurrency: 16 },
      { shards: { count: 16, ids: [2, 6] } },
    );
    await stage.connected();
    for (const guildId of guildIds) stage.gateway.say({ viewer: "bob", text: guildId, guildId });
    await vi.waitFor(() => expect(stage.frames).toHaveLength(3), 10_000);
    expect(stage.frames.map(({ connection }) => connection)).toEqual(["6", "2", "2"]);
    expect(stage.gateway.connections()).toBe(2);
  });
});
