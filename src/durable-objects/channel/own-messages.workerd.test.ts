import { expect, test } from "vitest";
import { inChannel, textOf } from "#test/fakes/channel-life.workerd";
import { aChatEvent, aConfig } from "#test/fakes/events";

const bot = { id: "900", login: "pondbot", name: "PondBot", badges: [] };
const loadConfig = async () => aConfig({ ownAccounts: ["900"] });

test("threat 10: a connected bot account's own line is not answered and earns nothing, alone and between others", () =>
  inChannel(
    async ({ channel, settled, seen, sql }) => {
      const own = aChatEvent({ text: "!ping", user: bot });
      const events = [aChatEvent({ text: "hi" }), own, aChatEvent({ text: "!ping" })];
      expect(await channel.accept("twitch:1000", events)).toMatchObject({ stored: 3 });
      expect(
        await channel.process("twitch:1000", aChatEvent({ text: "!ping", user: bot }), 1000),
      ).toMatchObject({
        kind: "refused",
      });
      await settled();
      expect(seen.carried.map(textOf)).toEqual(["pong"]);
      expect(seen.invocations.map(({ event }) => event.user.id)).toEqual(["7"]);
      // The command itself is counted with its trace.
      expect(sql.exec("SELECT user_key, messages FROM activity").toArray()).toEqual([
        { user_key: "twitch:7", messages: 1 },
      ]);
      expect(channel.desk.executions({ eventId: own.id, limit: 1 })).toEqual([]);
      const dropped = seen.logs.filter(({ action }) => action === "event.handle");
      expect(dropped.map(({ details }) => details)).toEqual([
        { entityId: "twitch:1000", type: "chatMessage", reason: "own message" },
        { entityId: "twitch:1000", type: "chatMessage", reason: "own message" },
      ]);
    },
    { loadConfig },
  ));

test("what a timer or an alias does in the bot's name is not taken for the bot's own line", () =>
  inChannel(
    async ({ channel, settled, seen }) => {
      await channel.accept("twitch:1000", [aChatEvent({ text: "!ping", user: bot, origin: "timer" })]);
      await settled();
      expect(seen.carried.map(textOf)).toEqual(["pong"]);
    },
    { loadConfig },
  ));
