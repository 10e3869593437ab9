import { describe, expect, test } from "vitest";
import type { ChannelConfig } from "#contracts/channel-config";
import type { PlatformEvent } from "#contracts/event";
import { nextTick } from "#contracts/timer-schedule";
import { inChannel } from "#test/fakes/channel-life.workerd";
import { aChatEvent, aCommand, aConfig } from "#test/fakes/events";
import { minute, noon, passTime, said, wakeAt, withTimers } from "#test/fakes/timer-life.workerd";
import { aTimer } from "#test/fakes/timers";

const online = (type: "stream_online" | "stream_offline", occurredAt: number): PlatformEvent => {
  return { ...aChatEvent({ occurredAt }), type };
};

describe("when a timer runs", () => {
  test("CRN-1 every ten minutes for half an hour: three messages, behind everything somebody waits for", () =>
    withTimers({ timers: [aTimer()] }, async (life) => {
      await passTime(life, noon + 30 * minute);
      expect(said(life)).toEqual(["tick", "tick", "tick"]);
      const [first] = life.seen.carried;
      expect(first).toMatchObject({
        kind: "chat",
        message: {
          entityId: "twitch:1000",
          target: { kind: "chat", platform: "twitch", channel: "1000" },
          priority: "timer",
        },
      });
      expect(await life.channel.timers("twitch:1000")).toEqual([
        { id: 1, lastRunAt: noon + 30 * minute, nextRunAt: noon + 40 * minute },
      ]);
    }));

  test("CRN-1 why it was said can be looked up", () =>
    withTimers({ timers: [aTimer()] }, async (life) => {
      await passTime(life, noon + 10 * minute);
      expect(life.channel.desk.executions({ limit: 5 })).toMatchObject([
        {
          eventId: `timer:1:${noon + 10 * minute}`,
          trigger: { kind: "event", text: "timer 1" },
          status: "success",
          responses: [{ text: "tick", state: "sent" }],
        },
      ]);
    }));

  test("CRN-3 the library knows summer time inside workerd", () => {
    const nine = aTimer({ cron: "0 9 * * *", timezone: "America/New_York", since: 0 });
    const first = nextTick(nine, Date.parse("2026-03-07T06:00:00Z")) ?? 0;
    expect(new Date(first).toISOString()).toBe("2026-03-07T14:00:00.000Z");
    expect(new Date(nextTick(nine, first) ?? 0).toISOString()).toBe("2026-03-08T13:00:00.000Z");
  });

  test("CRN-4 a channel without a timer sets no alarm, and neither does one that is switched off", async () => {
    await withTimers({ timers: [] }, async (life) => expect(life.alarms()).toEqual([]));
    await withTimers({ timers: [aTimer()], isActive: false }, async (life) => {
      expect(life.alarms()).toEqual([]);
      await wakeAt(life, noon + 10 * minute);
      expect(said(life)).toEqual([]);
    });
  });

  test("CRN-1 a change is acted on at once: the timer taken away does not run, the new one does", () =>
    inChannel(async (life) => {
      let timers = [aTimer()];
      let version = 1;
      life.deps.loadConfig = async () => aConfig({ timers, version });
      life.clock.now = noon;
      await life.channel.timers("twitch:1000");
      timers = [aTimer({ id: 2, cron: "*/5 * * * *", payload: "new" })];
      version = 2;
      life.channel.bumpConfig(2);
      await life.channel.timers("twitch:1000");
      await passTime(life, noon + 10 * minute);
      expect(said(life)).toEqual(["new", "new"]);
    }));

  test("CRN-1 missed ticks within 15 minutes run late and once; older ones are skipped", () =>
    withTimers({ timers: [aTimer({ cron: "*/5 * * * *" })] }, async (life) => {
      await wakeAt(life, noon + 14 * minute);
      expect(said(life)).toEqual(["tick"]);
      const hourly = life.restart({
        loadConfig: async () => aConfig({ timers: [aTimer({ id: 3, cron: "0 * * * *" })] }),
      });
      hourly.clock.now = noon + 50 * minute;
      hourly.channel.bumpConfig(99);
      await hourly.channel.timers("twitch:1000");
      await wakeAt(hourly, noon + 76 * minute);
      expect(said(hourly)).toEqual([]);
      expect(await hourly.channel.timers("twitch:1000")).toMatchObject([{ nextRunAt: noon + 120 * minute }]);
    }));

  test("a tick waits for lines that people wrote since the last, and bots are no people", () =>
    withTimers({ timers: [aTimer({ minLines: 3 })] }, async (life) => {
      const line = (login: string, badges: string[] = []) =>
        aChatEvent({ user: { id: login, login, name: login, badges } });
      await life.channel.accept("twitch:1000", [
        line("ann"),
        line("bob"),
        line("Nightbot"),
        line("x", ["bot-badge"]),
      ]);
      await life.settled();
      await wakeAt(life, noon + 10 * minute);
      expect(said(life)).toEqual([]);
      expect(life.seen.logs).toContainEqual(
        expect.objectContaining({
          action: "timer.skip",
          details: { timerId: 1, because: "2 of 3 lines since it last ran" },
        }),
      );
      // A new life knows the two; the third makes it run, and then they are used up.
      const next = life.restart();
      next.clock.now = noon + 11 * minute;
      await next.channel.accept("twitch:1000", [line("cat")]);
      await next.settled();
      await wakeAt(next, noon + 20 * minute);
      await wakeAt(next, noon + 30 * minute);
      expect(said(next)).toEqual(["tick"]);
    }));

  test("only while live, and of two events out of order the later one holds", () =>
    withTimers({ timers: [aTimer({ onlyWhenLive: true })] }, async (life) => {
      await wakeAt(life, noon + 10 * minute);
      await life.channel.accept("twitch:1000", [online("stream_online", noon + 12 * minute)]);
      await life.channel.accept("twitch:1000", [online("stream_offline", noon + 11 * minute)]);
      await life.settled();
      await wakeAt(life, noon + 20 * minute);
      expect(said(life)).toEqual(["tick"]);
      await life.channel.accept("twitch:1000", [online("stream_offline", noon + 21 * minute)]);
      await life.settled();
      await wakeAt(life, noon + 30 * minute);
      expect(said(life)).toEqual(["tick"]);
    }));
});

describe("CRN-2 a timer that runs a command", () => {
  const so = aCommand({ name: "so", module: "shoutout", handler: "so", permissionLevel: "moderator" });
  const ban = aCommand({ name: "ban", module: "guard", handler: "ban", permissionLevel: "moderator" });
  const timer = aTimer({ action: "command", payload: "!so bob" });

  test("goes through the router as the house itself, and its answer is said", () =>
    withTimers({ timers: [timer], commands: [so] }, async (life) => {
      await passTime(life, noon + 10 * minute);
      expect(life.seen.invocations).toMatchObject([
        {
          module: "shoutout",
          command: "so",
          args: ["bob"],
          user: { id: "twitch:@timer/1", name: "Timer", role: "moderator" },
          event: { origin: "timer" },
        },
      ]);
      expect(said(life)).toEqual(["pong bob"]);
    }));

  test("is refused what its maker may not do: above its role, and above a moderator", async () => {
    const asMember = { ...timer, role: "member" as const };
    await withTimers({ timers: [asMember], commands: [so] }, async (life) => {
      await passTime(life, noon + 10 * minute);
      expect(life.seen.invocations).toEqual([]);
      expect(life.channel.desk.executions({ limit: 1 })).toMatchObject([
        { code: "forbidden", user: { role: "member" } },
      ]);
    });
    await withTimers({ timers: [{ ...timer, payload: "!ban bob" }], commands: [ban] }, async (life) => {
      await passTime(life, noon + 10 * minute);
      expect(life.seen.invocations).toEqual([]);
      expect(life.channel.desk.executions({ limit: 1 })).toMatchObject([
        { code: "forbidden", rights: { required: "admin", actual: "moderator" } },
      ]);
    });
  });

  test("loses with its maker: whoever is no moderator any more has no timer that is", () =>
    inChannel(async (life) => {
      let roles: ChannelConfig["roles"] = { "twitch:7": "moderator" };
      const made = { ...timer, makers: ["twitch:7", "discord:9"] };
      life.deps.loadConfig = async () => aConfig({ timers: [made], commands: [so], roles });
      life.clock.now = noon;
      await life.channel.timers("twitch:1000");
      await passTime(life, noon + 10 * minute);
      roles = {};
      // Nobody told the channel: an assigned role older than a minute is asked for again.
      await passTime(life, noon + 20 * minute);
      expect(life.seen.invocations).toHaveLength(1);
      expect(life.channel.desk.executions({ limit: 1 })).toMatchObject([
        { code: "forbidden", user: { role: "member" } },
      ]);
      // And one that cannot be asked for is none.
      roles = { "twitch:7": "moderator" };
      life.deps.loadConfig = async () => {
        throw new Error("the database is away");
      };
      await passTime(life, noon + 30 * minute);
      expect(life.seen.invocations).toHaveLength(1);
    }));

  test("earns nobody anything and counts as nobody's line", () =>
    withTimers({ timers: [timer], commands: [so] }, async (life) => {
      await passTime(life, noon + 20 * minute);
      expect(life.seen.flushes.flatMap(({ activity }) => activity)).toEqual([]);
    }));
});
