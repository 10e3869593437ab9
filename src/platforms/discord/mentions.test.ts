import { describe, expect, test } from "vitest";
import * as z from "zod";
import type { ActionContext } from "#contracts/platform-action";
import { outboundMessage } from "#contracts/sender";
import { must } from "#lib/must";
import { actions } from "#platforms/discord/actions/index";
import { parse } from "#platforms/discord/parse";
import { reply } from "#platforms/discord/reply";
import { send } from "#platforms/discord/send";
import { probe } from "#platforms/discord/testing";
import { anOpenGate } from "#test/fakes/an-open-gate";
import buttonFixture from "./fixtures/button.json" with { type: "json" };
import commandFixture from "./fixtures/command.json" with { type: "json" };
import modalFixture from "./fixtures/modal.json" with { type: "json" };

const everybody = ["@everyone", "@here", "@EVERYONE", "@ everyone", "@everyone@here"];
const people = ["<@1>", "<@!1>", "<@&1>", "<@&99999999999999999999>", "<#1>", "</ban:1>", "<t:1>", "<:x:1>"];
const hidden = [
  "[x](https://x/@everyone)",
  "`@everyone",
  "||@everyone||",
  "> @here",
  "\\@everyone",
  "{user}@here",
];
const spellings: ((attack: string) => string)[] = [
  (attack) => attack,
  (attack) => `hi ${attack} there`,
  (attack) => attack.split("").join("\u200b"),
  (attack) => attack.replace("@", "@\u200b"),
  (attack) => attack.replace("@", "\uff20"),
  (attack) => attack.replace("<", "&lt;"),
  (attack) => `\u202e${attack}`,
  (attack) => `${attack}\u0000`,
  (attack) => `\ud83d${attack}`,
  (attack) => `**${attack}**`,
  (attack) => `\n${attack}\n`,
  (attack) => `${"x".repeat(1990)}${attack}`,
  (attack) => `"],"allowed_mentions":{"parse":["everyone"]},"x":["${attack}`,
];
const attacks = [...everybody, ...people, ...hidden].flatMap((attack) => [
  ...spellings.map((spell) => spell(attack)),
  ...spellings.slice(1).map((spell, at) => spell(spellings[at]?.(attack) ?? attack)),
  ...spellings.slice(2).map((spell, at) => spell(spellings[at]?.(attack) ?? attack)),
]);

const now = Date.UTC(2026, 4, 20, 12, 0, 0);
const parseNothing = z.strictObject({ parse: z.tuple([]) });
const withMentions = z.looseObject({ allowed_mentions: parseNothing });

/** Every body the bot sends or answers for one text, on every way a text of a person can leave. */
async function leave(text: string): Promise<unknown[]> {
  const bodies: unknown[] = [];
  const fakeFetch: typeof fetch = async (_, init) => {
    if (init?.body) bodies.push(JSON.parse(String(init.body)));
    // Still "thinking", so that a follow-up edits the placeholder.
    return Response.json({ id: "900", flags: 128 });
  };
  const common = { fetch: fakeFetch, config: probe.config, token: "t", now, gate: anOpenGate().gate };
  const chat = { kind: "chat", platform: "discord", channel: "C1", server: "G1" };
  const interaction = { kind: "interaction", platform: "discord", applicationId: "1", token: "tok" };
  const said = text.slice(0, 4000);
  for (const change of [
    { target: chat },
    { target: { ...chat, replyToMessageId: "5" } },
    { target: interaction },
    { target: interaction, ephemeral: true },
  ]) {
    const sent = await send(outboundMessage.parse({ ...probe.message, text: said, ...change }), common);
    expect(sent.ok).toBe(true);
  }
  const context: ActionContext = { ...common, account: "bot", server: "1", channel: "2", id: "x" };
  const content = text.slice(0, 1990);
  const done = await Promise.all([
    must(actions.get("send_message"), "action").run({ content }, context),
    must(actions.get("edit_message"), "action").run({ messageId: "3", content }, context),
    must(actions.get("send_embed"), "action").run({ content, embed: { description: content } }, context),
  ]);
  expect(done.map(({ ok }) => ok)).toEqual([true, true, true]);
  return [...bodies, ...answers(text)];
}

function answers(text: string): unknown[] {
  const replies = [{ type: "chat" as const, text }];
  const refusal = { ok: false as const, code: "cooldown" as const, message: text };
  return [commandFixture, buttonFixture, modalFixture].flatMap((fixture) => {
    const receipt = parse(probe.sign(probe.encode(fixture), now), probe.config);
    const event = receipt.kind === "interactive" ? receipt.event : expect.fail("not interactive");
    const results = [reply({ kind: "replies", replies }, event), reply({ kind: "refused", refusal }, event)];
    return results.map(({ body }) => z.object({ data: z.unknown() }).parse(JSON.parse(body)).data);
  });
}

describe("threat 13: no text of a person wakes anybody up on Discord", () => {
  test(`${attacks.length} attacks on every way out`, async () => {
    expect(attacks.length).toBeGreaterThanOrEqual(500);
    for (const attack of attacks) {
      const bodies = await leave(attack);
      expect(bodies.length).toBeGreaterThanOrEqual(13);
      expect(bodies.filter((body) => !withMentions.safeParse(body).success)).toEqual([]);
    }
  });
});
