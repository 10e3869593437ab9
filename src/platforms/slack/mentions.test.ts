import { describe, expect, test } from "vitest";
import type { ActionContext } from "#contracts/platform-action";
import { outboundMessage } from "#contracts/sender";
import { must } from "#lib/must";
import { actions } from "#platforms/slack/actions/index";
import { parse } from "#platforms/slack/parse";
import { reply } from "#platforms/slack/reply";
import { send } from "#platforms/slack/send";
import { probe } from "#platforms/slack/testing";
import { findLinkedName, findLiveMention, textsOf } from "#simulators/slack/text";
import { anOpenGate } from "#test/fakes/an-open-gate";
import slashFixture from "./fixtures/slash-command-unknown.json" with { type: "json" };
import modalFixture from "./fixtures/view_submission.json" with { type: "json" };

const calls = [
  "<!channel>",
  "<!here>",
  "<!everyone>",
  "<!here|here>",
  "<!subteam^S1>",
  "<!subteam^S1|@mods>",
];
const people = ["<@U1>", "<@U1|bob>", "<@W1>", "<#C1>", "<#C1|lounge>", "<!date^1^{date}|x>"];
const links = [
  "<https://x|@here>",
  "<mailto:a@b|<!here>>",
  "<https://x?<!channel>|y>",
  "<tel:1|x>",
  "<!channel|@all><@U1>",
  "<slack://user?id=U1|x>",
];
const spellings: ((attack: string) => string)[] = [
  (attack) => attack,
  (attack) => `hi ${attack} there`,
  (attack) => attack.split("").join("\u200b"),
  (attack) => attack.replace("<", "<\u200b"),
  (attack) => attack.toUpperCase(),
  (attack) => `*${attack}*`,
  (attack) => `\`${attack}`,
  (attack) => `&lt;${attack}&gt;`,
  (attack) => attack.replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
  (attack) => attack.replaceAll("<", "&amp;lt;"),
  (attack) => `<${attack}>`,
  (attack) => attack.replace(">", "\n>"),
  (attack) => `${attack}\u0000`,
  (attack) => `\ud83d${attack}`,
  (attack) => `${"x".repeat(2990)}${attack}`,
];
const spelled = [...calls, ...people, ...links].flatMap((attack) => [
  ...spellings.map((spell) => spell(attack)),
  ...spellings.slice(1).map((spell, at) => spell(spellings[at]?.(attack) ?? attack)),
]);
const attacks = spelled.map((attack) => attack.slice(0, 3050));
const bare = ["@channel", "@here", "@everyone", "@bob", "#lounge"];

const now = Date.UTC(2026, 4, 20, 12, 0, 0);

/** Everything the bot sends for one text, on every way a text of a person can leave. */
async function leave(text: string): Promise<unknown[]> {
  const bodies: unknown[] = [];
  const fakeFetch: typeof fetch = async (_, init) => {
    bodies.push(JSON.parse(String(init?.body)));
    return Response.json({
      ok: true,
      ts: "1.2",
      message_ts: "1.2",
      view: { id: "V1" },
      channel: { id: "C2" },
    });
  };
  const common = { fetch: fakeFetch, config: probe.config, token: "t", now, gate: anOpenGate().gate };
  const chat = {
    kind: "chat",
    platform: "slack",
    channel: "C1",
    server: "T1",
    user: "U1",
    triggerId: "1.2.3",
  };
  const url = { kind: "response-url", platform: "slack", url: "https://hooks.slack.com/commands/1" };
  const cut = text.slice(0, 200);
  const fields = [{ name: "a", type: "select", label: cut, options: [cut] }];
  const form = { type: "form", title: cut, description: text.slice(0, 2000), submitUrl: "a:b:", fields };
  for (const change of [
    { target: chat },
    { target: chat, ephemeral: true },
    { target: url },
    { target: chat, form },
  ])
    await send(outboundMessage.parse({ ...probe.message, text, ...change }), common);
  const context: ActionContext = { ...common, account: "", server: "T1", channel: "C1", id: "x" };
  const button = { text: text.slice(0, 75), customId: "a:b:" };
  const words = { text: text.slice(0, 3000), buttons: [button], show: [{ type: "chat", text }] };
  const done = await Promise.all([
    must(actions.get("send_message"), "action").run(words, context),
    must(actions.get("send_ephemeral"), "action").run({ ...words, userId: "U1" }, context),
    must(actions.get("update_message"), "action").run({ ...words, ts: "1.2" }, context),
    must(actions.get("set_topic"), "action").run({ topic: cut }, context),
  ]);
  expect(done.map(({ ok }) => ok)).toEqual([true, true, true, true]);
  return [...bodies, ...answers(text)];
}

function answers(text: string): unknown[] {
  const replies = [{ type: "chat" as const, text, ephemeral: true }];
  const refusal = { ok: false as const, code: "cooldown" as const, message: text };
  return [slashFixture, modalFixture].flatMap((fixture) => {
    const receipt = parse(probe.sign(probe.encode(fixture), now), probe.config);
    const event = receipt.kind === "interactive" ? receipt.event : expect.fail("not interactive");
    const results = [reply({ kind: "replies", replies }, event), reply({ kind: "refused", refusal }, event)];
    return results.map(({ body }) => JSON.parse(body));
  });
}

describe("T13 no text of a person wakes anybody up", () => {
  test(`${attacks.length} attacks on every way out`, async () => {
    expect(attacks.length).toBeGreaterThanOrEqual(500);
    for (const attack of attacks) {
      const bodies = await leave(attack);
      expect(bodies.length).toBeGreaterThanOrEqual(12);
      for (const body of bodies) {
        for (const text of textsOf(body)) {
          expect(findLiveMention(text), text).toBeUndefined();
          expect(text, attack).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
        }
      }
    }
  });

  test.each(bare)("Slack is never asked to find %s in bare words", async (text) => {
    for (const body of await leave(text)) {
      const raw = JSON.stringify(body);
      expect(raw).not.toMatch(/"link_names":true|"parse":"full"|"verbatim":false/);
      for (const block of raw.match(/\{"type":"mrkdwn"[^}]*\}/g) ?? [])
        expect(block).toContain('"verbatim":true');
    }
    expect(text.startsWith("#") || findLinkedName(text) !== undefined).toBe(true);
  });
});
