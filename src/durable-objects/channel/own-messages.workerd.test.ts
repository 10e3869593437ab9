import { describe, expect, test } from "vitest";
import { refuse, succeed } from "#contracts/outcome";
import type { ChannelDeps } from "#durable-objects/channel/deps";
import { says } from "#test/fakes/channel-deps.workerd";
import { inChannel, textOf } from "#test/fakes/channel-life.workerd";
import { aChatEvent, aConfig } from "#test/fakes/events";

const bot = { id: "900", login: "pia", name: "Pia", badges: [] };
const loadConfig = async () => aConfig({ ownAccounts: ["900"] });
const dropped = { entityId: "twitch:1000", type: "chatMessage", reason: "own message" };

/** A line of the account the bot speaks as. */
const own = (text: string, messageId?: string) =>
  aChatEvent({ text, user: bot, ...(messageId === undefined ? {} : { messageId }) });

describe("threat 10: what the bot said is not heard when it is read back", () => {
  test("TWI-7 its line is known by its id, and earns nothing; the owner who lent the account is heard typing", () =>
    inChannel(
      async ({ channel, settled, seen, sql }) => {
        await channel.accept("twitch:1000", [aChatEvent({ text: "!ping" })]);
        await settled();
        const [read, typed] = [own("!ping", "m-1"), own("!ping", "typed-1")];
        await channel.accept("twitch:1000", [aChatEvent({ text: "hi" }), read, typed]);
        await settled();
        expect(await channel.process("twitch:1000", own("!ping", "m-1"), 1000)).toMatchObject({
          kind: "refused",
        });
        expect(seen.invocations.map(({ event }) => event.user.id)).toEqual(["7", "900"]);
        expect(seen.carried.map(textOf)).toEqual(["pong", "pong"]);
        expect(sql.exec("SELECT user_key, messages FROM activity").toArray()).toEqual([
          { user_key: "twitch:7", messages: 1 },
        ]);
        expect(channel.desk.executions({ eventId: read.id, limit: 1 })).toEqual([]);
        const drops = seen.logs.filter(({ action }) => action === "event.handle");
        expect(drops.map(({ details }) => details)).toEqual([dropped, dropped]);
      },
      { loadConfig },
    ));

  test("an account that no snapshot names yet is known by the id as well", () =>
    inChannel(async ({ channel, settled, seen }) => {
      await channel.accept("twitch:1000", [aChatEvent({ text: "!ping" })]);
      await settled();
      await channel.accept("twitch:1000", [own("!ping", "m-1")]);
      await settled();
      expect(seen.invocations).toHaveLength(1);
    }));

  test("it is read back before the platform has answered: known by its words, whosever the account is", () => {
    const answer = Promise.withResolvers<void>();
    const world = aPartner(async () => {
      await answer.promise;
      return succeed({ platformMessageIds: ["late"] });
    });
    return inChannel(async ({ channel, settled }) => {
      await channel.accept("twitch:1000", [aChatEvent({ text: "!ping" })]);
      await settled();
      await channel.accept("twitch:1000", [
        own("!ping", "late"),
        own("@Pingu !ping", "late"),
        own("!ping 1"),
      ]);
      await settled();
      expect(world.heard).toEqual(["!ping", "!ping 1"]);
      answer.resolve();
      await settled();
    }, world.deps);
  });

  test("its answer was lost: its words are the bot's for two minutes, across a restart, and only from its account", () => {
    const world = aPartner(async () => refuse("unknown"));
    let now = 1_800_000_000_000;
    return inChannel(
      async (life) => {
        await life.channel.accept("twitch:1000", [aChatEvent({ text: "!ping" })]);
        await life.settled();
        now += 60_000;
        const next = life.restart();
        await next.channel.accept("twitch:1000", [own("! PING", "a"), aChatEvent({ text: "!ping" })]);
        await next.settled();
        expect(world.heard).toEqual(["!ping", "!ping"]);
        now += 180_000;
        await next.channel.accept("twitch:1000", [own("!ping", "b")]);
        await next.settled();
        expect(world.heard).toEqual(["!ping", "!ping", "!ping"]);
      },
      { ...world.deps, loadConfig, now: () => now },
    );
  });

  test("what a platform refused nobody read, so the same words are the person's", () => {
    const world = aPartner(async () => refuse("forbidden"));
    return inChannel(
      async ({ channel, settled }) => {
        await channel.accept("twitch:1000", [aChatEvent({ text: "!ping" })]);
        await settled();
        await channel.accept("twitch:1000", [own("!ping", "typed")]);
        await settled();
        expect(world.heard).toEqual(["!ping", "!ping"]);
      },
      { ...world.deps, loadConfig },
    );
  });

  test("a part of a long message is the bot's, a word that stands in the middle of it is the person's", () => {
    const long = `Commands: ${"quote about a penguin that swims, ".repeat(6)}!ping answers, and so on`;
    const world = aPartner(async () => refuse("unknown"), long);
    return inChannel(
      async ({ channel, settled, seen }) => {
        await channel.accept("twitch:1000", [aChatEvent({ text: "!ping" })]);
        await settled();
        await channel.accept("twitch:1000", [own(long.slice(0, 100), "part"), own("!ping", "typed")]);
        await settled();
        expect(world.heard).toEqual(["!ping", "!ping"]);
        expect(seen.logs.filter(({ action }) => action === "event.handle")).toHaveLength(1);
      },
      { ...world.deps, loadConfig },
    );
  });

  test("what a timer or an alias does in the bot's name is not taken for the bot's own line", () =>
    inChannel(
      async ({ channel, settled, seen }) => {
        await channel.accept("twitch:1000", [
          aChatEvent({ text: "!ping", user: bot, origin: "timer", messageId: "m-1" }),
        ]);
        await settled();
        expect(seen.carried.map(textOf)).toEqual(["pong"]);
      },
      { loadConfig },
    ));
});

/** A house whose module answers with a command, and which sends as told. */
function aPartner(carry: ChannelDeps["carry"], text = "!ping") {
  const heard: string[] = [];
  const deps: Partial<ChannelDeps> = {
    carry,
    invoke: async ({ event }) => {
      heard.push("text" in event ? event.text : "");
      return says(text);
    },
  };
  return { heard, deps };
}
