import { expect, test } from "vitest";
import type { ChannelConfig } from "#contracts/channel-config";
import { makeRandom } from "#simulators/random";
import { inChannel, type Life, textOf } from "#test/fakes/channel-life.workerd";
import { aChatEvent, aCommand, aConfig } from "#test/fakes/events";

const modOnly = (facts: Partial<ChannelConfig> = {}) =>
  aConfig({
    commands: [aCommand({ permissionLevel: "moderator" })],
    roles: { "twitch:7": "moderator" },
    ...facts,
  });

async function say({ channel, settled }: Life, text = "!ping", facts: Parameters<typeof aChatEvent>[0] = {}) {
  const event = aChatEvent({ text, ...facts });
  await channel.accept("twitch:1000", [event]);
  await settled();
  return channel.desk.executions({ eventId: event.id, limit: 1 })[0]?.status;
}

test("CCH-1 a hundred look-ups of a command in 300 s read the database once: 99 hits, 1 miss", () =>
  inChannel(async ({ channel, settled, seen, clock }) => {
    for (let n = 0; n < 100; n++) {
      await channel.accept("twitch:1000", [aChatEvent({ text: "!ping" })]);
      await settled();
      clock.now += 2900;
    }
    expect(seen.invocations).toHaveLength(100);
    expect(seen.configLoads).toBe(1);
    expect(channel.counters().configCache).toEqual({ hits: 99, misses: 1 });
  }));

test("CCH-2 a changed command is seen by the next message, and not after 300 s", () => {
  let config = aConfig();
  return inChannel(
    async (life) => {
      expect(await say(life)).toBe("success");
      config = aConfig({ version: 2, commands: [aCommand({ isEnabled: false })] });
      life.channel.bumpConfig(2);
      expect(await say(life)).toBe("refused");
      expect(life.channel.counters().configCache).toEqual({ hits: 0, misses: 2 });
    },
    { loadConfig: async () => config },
  );
});

test("CCH-2 a change told while the snapshot is being read is not lost", () => {
  let loads = 0;
  let life: Life | undefined;
  return inChannel(
    async (made) => {
      life = made;
      expect(await say(made)).toBe("refused");
      expect(await say(made)).toBe("refused");
      expect(loads).toBe(2);
    },
    {
      loadConfig: async () => {
        if (++loads > 1) return modOnly({ version: 2, roles: {} });
        const before = modOnly({ version: 1 });
        life?.channel.bumpConfig(2);
        return before;
      },
    },
  );
});

test("RBAC a bump of the epoch makes a demotion act with the very next command", () => {
  let config = modOnly();
  return inChannel(
    async (life) => {
      expect(await say(life)).toBe("success");
      config = modOnly({ version: 2, roles: {} });
      expect(await say(life)).toBe("success");
      life.channel.bumpConfig(2);
      expect(await say(life)).toBe("refused");
    },
    { loadConfig: async () => config },
  );
});

test("RBAC permissions are cached for at most 60 s, even when the bump was lost; plain chat costs no look-up", () => {
  let config = modOnly();
  return inChannel(
    async (life) => {
      expect(await say(life)).toBe("success");
      config = modOnly({ version: 2, roles: {} });
      life.clock.now += 59_999;
      expect(await say(life)).toBe("success");
      life.clock.now += 1;
      await say(life, "just chatting");
      expect(life.channel.counters().configCache.misses).toBe(1);
      expect(await say(life)).toBe("refused");
      expect(life.channel.counters().configCache.misses).toBe(2);
    },
    { loadConfig: async () => config },
  );
});

test("RBAC a role older than 60 s that cannot be asked for again counts for nothing; the platform's own word still does", () => {
  let isAway = false;
  return inChannel(
    async (life) => {
      expect(await say(life)).toBe("success");
      isAway = true;
      life.clock.now += 30_000;
      expect(await say(life)).toBe("success");
      life.clock.now += 31_000;
      expect(await say(life)).toBe("refused");
      const user = { id: "7", login: "p", name: "P", badges: [], platformRole: "moderator" as const };
      expect(await say(life, "!ping", { user })).toBe("success");
      isAway = false;
      expect(await say(life)).toBe("success");
    },
    { loadConfig: async () => (isAway ? Promise.reject(new Error("the database is away")) : modOnly()) },
  );
});

test("RBAC-2 a command that bans is refused to members and moderators whatever its own level says, and runs for the owner", () =>
  inChannel(
    async (life) => {
      const by = (id: string) => ({ user: { id, login: id, name: id, badges: [] } });
      expect(await say(life, "!ban bob", by("member"))).toBe("refused");
      expect(await say(life, "!ban bob", by("mod"))).toBe("refused");
      expect(life.seen.invocations).toHaveLength(0);
      expect(await say(life, "!ban bob", by("boss"))).toBe("success");
      const codes = life.channel.desk.executions({ limit: 10 }).map(({ code }) => code);
      expect(codes.sort()).toEqual(["forbidden", "forbidden", null].sort());
      expect(life.seen.carried.map(textOf)).toContain("!ban is for admins and above.");
    },
    {
      loadConfig: async () =>
        aConfig({
          commands: [aCommand({ name: "ban", handler: "ban" })],
          roles: { "twitch:mod": "moderator", "twitch:boss": "owner" },
        }),
    },
  ));

/** An hour of chat in four channels of very different size: bursts, silences, one message in five a command. */
function recordHour(seed: number): { at: number; channel: number; text: string }[] {
  const random = makeRandom(seed).fork("hour");
  const perMinute = [12, 4, 1.5, 0.4];
  const lines = perMinute.flatMap((rate, channel) => {
    const said: { at: number; channel: number; text: string }[] = [];
    for (let at = 0; at < 3_600_000; ) {
      const isBurst = Math.floor(at / 300_000) % 3 === 0;
      const meanMs = 60_000 / (isBurst ? rate * 2 : rate / 2);
      at += Math.ceil(-Math.log(1 - random.next()) * meanMs);
      if (at < 3_600_000) said.push({ at, channel, text: random.chance(0.2) ? "!ping" : "nice one" });
    }
    return said;
  });
  return lines.sort((a, b) => a.at - b.at);
}

test("CCH-5 in a recorded hour of chat at least 80 of 100 look-ups of commands are answered from the cache", async () => {
  const hour = recordHour(5);
  const sum = { hits: 0, misses: 0 };
  for (const channel of [0, 1, 2, 3]) {
    await inChannel(async ({ channel: life, settled, clock }) => {
      const start = clock.now;
      for (const { at, text } of hour.filter((line) => line.channel === channel)) {
        clock.now = start + at;
        await life.accept("twitch:1000", [aChatEvent({ text })]);
        await settled();
      }
      sum.hits += life.counters().configCache.hits;
      sum.misses += life.counters().configCache.misses;
    });
  }
  expect(sum.hits + sum.misses).toBe(hour.length);
  expect(sum.hits / hour.length).toBeGreaterThanOrEqual(0.8);
}, 60_000);
