import { expect, test } from "vitest";
import { refuse } from "#contracts/outcome";
import { says } from "#test/fakes/channel-deps.workerd";
import { inChannel, textOf } from "#test/fakes/channel-life.workerd";
import { aChatEvent, aCommand, aConfig } from "#test/fakes/events";

const start = 1_800_000_000_000;

test("RTR-7 a follow calls sequential modules by priority and a parallel one beside them, and all are in the record", () => {
  const order: string[] = [];
  return inChannel(
    async (life) => {
      const follow = { ...aChatEvent(), type: "follow" as const };
      await life.channel.accept("twitch:1000", [follow]);
      await life.settled();
      expect(order).toEqual([
        "beside starts",
        "late starts",
        "late ends",
        "later starts",
        "beside ends",
        "later ends",
      ]);
      const [record] = life.channel.desk.executions({ eventId: follow.id, limit: 1 });
      expect(record?.calls.map(({ module, mode, outcome }) => [module, mode, outcome]).sort()).toEqual([
        ["beside", "parallel", "success"],
        ["late", "sequential", "success"],
        ["later", "sequential", "success"],
      ]);
    },
    {
      loadConfig: async () =>
        aConfig({
          commands: [
            ["later", 20, "sequential"] as const,
            ["late", 10, "sequential"] as const,
            ["beside", 5, "parallel"] as const,
          ].map(([module, priority, executionMode]) =>
            aCommand({
              name: `on:${module}`,
              module,
              handler: "event",
              triggerType: "event",
              eventTypes: ["follow"],
              priority,
              executionMode,
            }),
          ),
        }),
      invoke: async ({ module }) => {
        order.push(`${module} starts`);
        await new Promise((resolve) => setTimeout(resolve, { late: 5, beside: 12, later: 20 }[module] ?? 0));
        order.push(`${module} ends`);
        return says(module);
      },
    },
  );
});

test("RTR-8 RLM-3 the 61st identical command within a minute is refused; other commands and other people are not", () =>
  inChannel(
    async (life) => {
      const { channel, settled, clock, seen } = life;
      const say = (text: string, id = "7") =>
        aChatEvent({ text, user: { id, login: "x", name: "X", badges: [] } });
      for (let n = 0; n < 60; n++) {
        await channel.accept("twitch:1000", [say("!ping")]);
        await settled();
        clock.now += 500;
      }
      clock.now = start + 45_000;
      const over = say("!ping");
      await channel.accept("twitch:1000", [over, say("!pong"), say("!ping", "8")]);
      await settled();
      expect(seen.invocations).toHaveLength(62);
      expect(channel.desk.executions({ eventId: over.id, limit: 1 })[0]).toMatchObject({
        status: "refused",
        code: "rate_limited",
      });
    },
    { loadConfig: async () => aConfig({ commands: [aCommand(), aCommand({ name: "pong" })] }) },
  ));

test("RLM-1 the window slides: the 61st command is allowed as soon as the first is a minute old, and a new life remembers", () =>
  inChannel(async ({ channel, settled, clock, seen, restart }) => {
    for (let n = 0; n < 60; n++) {
      clock.now = start + n * 500;
      await channel.accept("twitch:1000", [aChatEvent({ text: "!ping" })]);
      await settled();
    }
    const next = restart();
    next.clock.now = start + 45_000;
    await next.channel.accept("twitch:1000", [aChatEvent({ text: "!ping" })]);
    await next.settled();
    expect(next.seen.invocations).toHaveLength(0);
    next.clock.now = start + 61_000;
    await next.channel.accept("twitch:1000", [aChatEvent({ text: "!ping" })]);
    await next.settled();
    expect(seen.invocations).toHaveLength(60);
    expect(next.seen.invocations).toHaveLength(1);
  }));

test("a command with a price is refused where points cannot be spent, and its module is not called", () =>
  inChannel(
    async ({ channel, settled, seen, deps }) => {
      deps.charge = async () => refuse("payment_required", { message: "You need 100 points." });
      await channel.accept("twitch:1000", [aChatEvent({ text: "!ping" })]);
      await settled();
      expect(seen.invocations).toHaveLength(0);
      expect(seen.carried.map(textOf)).toEqual(["You need 100 points."]);
    },
    { loadConfig: async () => aConfig({ commands: [aCommand({ pointCost: 100 })] }) },
  ));

test("a role may have its own cooldown", () =>
  inChannel(
    async ({ channel, settled, seen, clock }) => {
      const say = (role: "moderator" | undefined, id: string) =>
        aChatEvent({
          text: "!ping",
          user: { id, login: id, name: id, badges: [], ...(role ? { platformRole: role } : {}) },
        });
      await channel.accept("twitch:1000", [
        say("moderator", "m"),
        say(undefined, "v"),
        say("moderator", "m"),
        say(undefined, "v"),
      ]);
      await settled();
      expect(seen.invocations.map(({ user }) => user.name)).toEqual(["m", "v", "m"]);
      clock.now += 30_001;
      await channel.accept("twitch:1000", [say(undefined, "v")]);
      await settled();
      expect(seen.invocations).toHaveLength(4);
    },
    {
      loadConfig: async () =>
        aConfig({ commands: [aCommand({ cooldownSeconds: 30, roleCooldowns: { moderator: 0 } })] }),
    },
  ));

test("RLM-1 a new life remembers what failed, what an alias caused and what still waits for its next try", () =>
  inChannel(
    async (life) => {
      const say = (text: string) => aChatEvent({ text });
      const ask = async ({ channel, settled }: typeof life, text: string) => {
        const event = say(text);
        await channel.accept("twitch:1000", [event]);
        await settled();
        return channel.desk.executions({ eventId: event.id, limit: 1 })[0]?.code;
      };
      life.deps.invoke = async ({ command, handler }) => {
        if (handler === "alias") return says("", [{ type: "command.execute", text: "!ping" }]);
        return command === "slow" ? refuse("timeout") : refuse("internal", { message: "broken" });
      };
      await ask(life, "!hi");
      await ask(life, "!broken");
      await ask(life, "!slow");
      const next = life.restart();
      expect(await ask(next, "!ping")).toBe("rate_limited");
      expect(await ask(next, "!broken")).toBe("rate_limited");
      expect(await ask(next, "!slow")).toBe("rate_limited");
      expect(await ask(next, "!fresh")).toBeNull();
      next.clock.now += 60_000;
      expect(await ask(next, "!ping")).toBeNull();
    },
    {
      loadConfig: async () =>
        aConfig({
          commands: [
            aCommand({ name: "hi", module: "alias", handler: "alias" }),
            ...["ping", "broken", "slow", "fresh"].map((name) => aCommand({ name, rateLimitPerMinute: 1 })),
          ],
        }),
    },
  ));
