import { expect, test } from "vitest";
import type { StringRule } from "#contracts/string-rule";
import { aStringRule } from "#router/rules/fake";
import { inChannel, textOf } from "#test/fakes/channel-life.workerd";
import { aChatEvent, aCommand, aConfig } from "#test/fakes/events";

const withRules = (...rules: Partial<StringRule>[]) => ({
  loadConfig: async () =>
    aConfig({ rules: rules.map((rule, index) => aStringRule({ id: index + 1, communityId: 2, ...rule })) }),
});

test("STR-1 a rule warns in chat, is counted once, and leaves no mark where it does not hit", () =>
  inChannel(
    async ({ channel, settled, seen, clock }) => {
      const hit = aChatEvent({ text: "BADWORD!" });
      await channel.accept("twitch:1000", [hit, aChatEvent({ text: "good morning" })]);
      await settled();
      expect(seen.carried.map(textOf)).toEqual([
        "Warning: Your message contains content that may violate community guidelines.",
      ]);
      expect(channel.desk.executions({ eventId: hit.id, limit: 1 })[0]).toMatchObject({
        trigger: { kind: "rule" },
        rules: [{ id: 1, action: "warn", isShadow: false }],
      });
      clock.now += 10_001;
      await channel.wake();
      expect(seen.flushes[0]?.ruleHits).toMatchObject([{ ruleId: 1, hits: 1, isShadow: false }]);
    },
    withRules({ pattern: "badword", action: "warn" }),
  ));

test("a rule in shadow mode does nothing and is listed with what it would have hit", () =>
  inChannel(
    async ({ channel, settled, seen, clock }) => {
      const event = aChatEvent({ text: "some badword here" });
      await channel.accept("twitch:1000", [event]);
      await settled();
      expect(seen.carried).toEqual([]);
      clock.now += 10_001;
      await channel.wake();
      expect(seen.flushes[0]?.ruleHits).toMatchObject([
        { isShadow: true, hits: 1, sample: "some badword here" },
      ]);
    },
    withRules({ pattern: "badword", action: "block", isShadow: true }),
  ));

test("a command wins over a rule, and a rule's own command meets no rule again", () =>
  inChannel(
    async ({ channel, settled, seen }) => {
      await channel.accept("twitch:1000", [aChatEvent({ text: "!ping x" }), aChatEvent({ text: "hello" })]);
      await settled();
      expect(seen.invocations.map(({ argsText }) => argsText)).toEqual(["x", "from rule"]);
      expect(seen.carried.map(textOf)).toEqual(["pong x", "pong from rule"]);
    },
    {
      loadConfig: async () =>
        aConfig({
          commands: [aCommand()],
          rules: [
            aStringRule({
              id: 1,
              communityId: 2,
              pattern: "*",
              action: "command",
              commandToExecute: "!ping",
              commandParameters: ["from", "rule"],
            }),
          ],
        }),
    },
  ));

test("STR-5 a webhook rule posts the documented body with its headers", () =>
  inChannel(
    async ({ channel, settled, seen }) => {
      await channel.accept("twitch:1000", [aChatEvent({ text: "anything", messageId: "m1" })]);
      await settled();
      const [post] = seen.carried;
      expect(post).toMatchObject({
        kind: "post",
        url: "https://example.com/hook",
        headers: { "X-WaddleBot-Source": "string-matcher" },
      });
      expect(post?.kind === "post" && JSON.parse(post.body)).toMatchObject({
        type: "string_match",
        rule_id: 1,
        message_content: "anything",
        context: { entity_id: "twitch:1000", message_id: "m1" },
      });
    },
    withRules({ pattern: "*", action: "webhook", webhookUrl: "https://example.com/hook" }),
  ));

test("RTR-3 a mistyped command that no rule takes is not found, and the record says so", () =>
  inChannel(async ({ channel, settled, seen }) => {
    const event = aChatEvent({ text: "!nosuch" });
    await channel.accept("twitch:1000", [event]);
    await settled();
    expect(seen.carried).toEqual([]);
    expect(channel.desk.executions({ eventId: event.id, limit: 1 })[0]).toMatchObject({
      code: "not_found",
      message: expect.stringContaining("not found"),
    });
  }));

test("a dry replay shows what would happen now and does nothing", () =>
  inChannel(async ({ channel, settled, seen, deps }) => {
    const event = aChatEvent({ text: "!ping" });
    await channel.accept("twitch:1000", [event]);
    await settled();
    deps.loadConfig = async () => aConfig({ commands: [aCommand({ permissionLevel: "owner" })], version: 2 });
    channel.bumpConfig(2);
    const dry = await channel.replayDry(event.id);
    expect(dry).toMatchObject({ status: "refused", code: "forbidden" });
    expect(seen.invocations).toHaveLength(1);
    expect(seen.carried).toHaveLength(1);
  }));
