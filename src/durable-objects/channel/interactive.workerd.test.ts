import { expect, test } from "vitest";
import { says } from "#test/fakes/channel-deps.workerd";
import { inChannel, textOf } from "#test/fakes/channel-life.workerd";
import { aChatEvent, aCommand, aConfig } from "#test/fakes/events";

test("an interaction is answered inline, remembered, and answered alike when it is repeated", () =>
  inChannel(async ({ channel, settled, seen }) => {
    const event = { ...aChatEvent({ text: "!ping there" }), type: "slashCommand" as const };
    const first = await channel.process(event.entityId, event, 2000);
    expect(first).toEqual({ kind: "replies", replies: [{ type: "chat", text: "pong there" }] });
    const again = await channel.process(event.entityId, event, 2000);
    expect(again).toMatchObject({ kind: "replies", replies: [{ text: "pong there" }] });
    await settled();
    expect(seen.invocations).toHaveLength(1);
    expect(seen.carried).toHaveLength(0);
  }));

test("an interaction that takes too long is deferred, survives a crash, and follows through its reply target", () =>
  inChannel(
    async ({ channel, restart }) => {
      const event = { ...aChatEvent({ text: "!ping" }), type: "slashCommand" as const };
      expect(await channel.process(event.entityId, event, 10)).toEqual({ kind: "deferred" });
      const next = restart({ invoke: async () => says("late") });
      await next.channel.wake();
      await next.settled();
      expect(next.seen.carried.map(textOf)).toEqual(["late"]);
    },
    { invoke: () => new Promise(() => undefined) },
  ));

test("ALI-5 two aliases that lead to each other stop with an error instead of a loop", () =>
  inChannel(
    async ({ channel, settled, seen }) => {
      const event = aChatEvent({ text: "!a" });
      await channel.accept(event.entityId, [event]);
      await settled();
      expect(seen.carried.map(textOf)).toEqual(["That alias leads back to itself, so I stopped."]);
      const [record] = channel.desk.executions({ eventId: event.id, limit: 1 });
      expect(record).toMatchObject({
        status: "refused",
        code: "conflict",
        chain: ["!a", "!b", "!a", "!b", "!a", "!b"],
      });
    },
    {
      loadConfig: async () =>
        aConfig({ commands: ["a", "b"].map((name) => aCommand({ name, module: "alias", handler: "run" })) }),
      invoke: async ({ command }) => ({
        ok: true,
        value: { responses: [], effects: [{ type: "command.execute", text: command === "a" ? "!b" : "!a" }] },
      }),
    },
  ));

test("ALI-6 LOG-3 an alias to a command one may not run gives the same refusal as the command itself", () =>
  inChannel(
    async ({ channel, settled, seen }) => {
      const direct = aChatEvent({ text: "!secret" });
      const throughAlias = aChatEvent({ text: "!hi" });
      await channel.accept("twitch:1000", [direct, throughAlias]);
      await settled();
      const texts = seen.carried.map(textOf);
      expect(texts).toEqual(["!secret is for moderators and above.", "!secret is for moderators and above."]);
      const [record] = channel.desk.executions({ eventId: throughAlias.id, limit: 1 });
      expect(record).toMatchObject({ status: "refused", code: "forbidden" });
      expect(
        seen.logs.filter(({ category }) => category === "AUTHZ").map(({ result, user }) => [result, user]),
      ).toEqual([
        ["DENIED", "twitch:7"],
        ["DENIED", "twitch:7"],
      ]);
    },
    {
      loadConfig: async () =>
        aConfig({
          commands: [
            aCommand({ name: "hi", module: "alias", handler: "run" }),
            aCommand({ name: "secret", handler: "secret", permissionLevel: "moderator" }),
          ],
        }),
      invoke: async () => ({
        ok: true,
        value: { responses: [], effects: [{ type: "command.execute", text: "!secret" }] },
      }),
    },
  ));

test("a command word that a module registers works from the next message on and is written to the registry once", () =>
  inChannel(
    async ({ channel, settled, seen }) => {
      await channel.accept("twitch:1000", [aChatEvent({ text: "!ping" }), aChatEvent({ text: "!hi" })]);
      await settled();
      expect(seen.carried.filter(({ kind }) => kind === "chat").map(textOf)).toEqual(["added", "ran hi"]);
      expect(seen.carried.filter(({ kind }) => kind === "registry")).toHaveLength(1);
    },
    {
      invoke: async ({ command }) =>
        command === "hi"
          ? says("ran hi")
          : says("added", [
              {
                type: "command.register",
                prefix: "!",
                name: "hi",
                handler: "run",
                description: "d",
                usage: "!hi",
                permissionLevel: "everyone",
                cooldownSeconds: 0,
              },
            ]),
    },
  ));
