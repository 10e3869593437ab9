import { describe, expect, test } from "vitest";
import { readModal, refuseBlocks } from "#simulators/slack/block-limits";
import { makeFakeClock, type Stage, setStage } from "#simulators/testing";

const channel = "C0LOUNGE01";
const quiet = { slack: { echoesBot: false } };

async function call({ simulators }: Stage, method: string, args: object, token?: string) {
  const bearer = token ?? simulators.secrets.slack.botToken;
  const response = await fetch(`${simulators.url}/slack/api/${method}`, {
    method: "POST",
    headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
    body: JSON.stringify(args),
  });
  const body = JSON.parse(await response.text());
  return { status: response.status, retryAfter: response.headers.get("retry-after"), ...body };
}

const section = { type: "section", text: { type: "mrkdwn", text: "hi" } };
const plain = (text: string) => ({ type: "plain_text", text });
const aButton = (n: number) => ({ type: "button", action_id: `a:b:${n}`, text: plain("x") });

describe("Block Kit limits", () => {
  test.each<[string, unknown]>([
    ["51 blocks", Array.from({ length: 51 }, () => section)],
    ["a text of 3,001", [{ type: "section", text: { type: "mrkdwn", text: "x".repeat(3001) } }]],
    ["an empty text", [{ type: "section", text: { type: "mrkdwn", text: "" } }]],
    ["11 fields", [{ type: "section", fields: Array.from({ length: 11 }, () => section.text) }]],
    ["a field of 2,001", [{ type: "section", fields: [{ type: "mrkdwn", text: "x".repeat(2001) }] }]],
    ["a header of 151", [{ type: "header", text: plain("x".repeat(151)) }]],
    ["11 in a context", [{ type: "context", elements: Array.from({ length: 11 }, () => section.text) }]],
    ["26 actions", [{ type: "actions", elements: Array.from({ length: 26 }, (_, n) => aButton(n)) }]],
    ["one action_id twice", [{ type: "actions", elements: [aButton(1), aButton(1)] }]],
    ["a button of 76", [{ type: "actions", elements: [{ ...aButton(1), text: plain("x".repeat(76)) }] }]],
    ["a value of 2,001", [{ type: "actions", elements: [{ ...aButton(1), value: "x".repeat(2001) }] }]],
    ["an action_id of 256", [{ type: "actions", elements: [{ ...aButton(1), action_id: "x".repeat(256) }] }]],
    ["an input", [{ type: "input", label: plain("x"), element: { type: "datepicker", action_id: "a" } }]],
    ["an unknown block", [{ type: "marquee" }]],
  ])("%s in a message are refused", (_, blocks) => {
    expect(refuseBlocks(blocks)).toBe("invalid_blocks");
  });

  test("texts of 13,201 characters are too long together, fewer are not", () => {
    const blocks = (last: number) =>
      [3000, 3000, 3000, 3000, last].map((n) => ({
        type: "section",
        text: { type: "mrkdwn", text: "x".repeat(n) },
      }));
    expect(refuseBlocks(blocks(1201))).toBe("msg_blocks_too_long");
    expect(refuseBlocks(blocks(1100))).toBeUndefined();
  });

  test("a modal has its own: 100 blocks, a title of 24, a button to send what is asked for", () => {
    const modal = { type: "modal", title: plain("x"), blocks: [section] };
    const input = { type: "input", label: plain("x"), element: { type: "datepicker", action_id: "a" } };
    expect(readModal(modal)).toMatchObject({ ok: true });
    expect(readModal({ ...modal, blocks: Array.from({ length: 101 }, () => section) })).toMatchObject({
      ok: false,
    });
    expect(readModal({ ...modal, title: plain("x".repeat(25)) })).toMatchObject({ ok: false });
    expect(readModal({ ...modal, blocks: [input] })).toMatchObject({ ok: false });
    expect(readModal({ ...modal, blocks: [input], submit: plain("Send") })).toMatchObject({ ok: true });
  });

  test("the API says so", async () => {
    await using stage = await setStage(undefined, quiet);
    const blocks = [{ type: "marquee" }];
    expect(await call(stage, "chat.postMessage", { channel, text: "x", blocks })).toMatchObject({
      ok: false,
      error: "invalid_blocks",
    });
  });
});

test("a method's tier is counted by the minute: 20 reactions taken away, then 429", async () => {
  const clock = makeFakeClock();
  await using stage = await setStage(undefined, { ...quiet, clock });
  const remove = () => call(stage, "reactions.remove", { channel, timestamp: "1.2", name: "wave" });
  for (let n = 0; n < 20; n++) expect(await remove()).toMatchObject({ error: "no_reaction" });
  expect(await remove()).toMatchObject({ status: 429, error: "ratelimited", retryAfter: "60" });
  clock.advance(60_000);
  expect(await remove()).toMatchObject({ status: 200 });
});

test("live people and groups, in texts and in blocks, and names Slack was asked to find, are violations", async () => {
  await using stage = await setStage(undefined, quiet);
  const text = { type: "mrkdwn", text: "hey <@U0ADA00003>" };
  await call(stage, "chat.postMessage", { channel, text: "x", blocks: [{ type: "section", text }] });
  await call(stage, "chat.postMessage", { channel, text: "<!subteam^S1|@mods>" });
  await call(stage, "chat.postMessage", { channel, text: "@here", link_names: true });
  await call(stage, "chat.postMessage", { channel, text: "@here &lt;!here&gt;" });
  expect(stage.simulators.slack.violations).toEqual([
    "live mention <@U0ADA00003>",
    "live mention <!subteam^S1|@mods>",
    "linked name @here",
  ]);
});

describe("modals", () => {
  const view = {
    type: "modal",
    callback_id: "feedback:send:",
    private_metadata: "{}",
    title: plain("Tell us"),
    submit: plain("Send"),
    blocks: [
      {
        type: "input",
        block_id: "words",
        label: plain("Words"),
        element: { type: "plain_text_input", action_id: "words" },
      },
    ],
  };

  async function open(stage: Stage, clock = makeFakeClock(), waitMs = 0) {
    await stage.simulators.slack.interactions.click({ viewer: "ada", customId: "feedback:open:" });
    const form = new URLSearchParams(stage.edge.requests.at(-1)?.body);
    const trigger_id = JSON.parse(form.get("payload") ?? "").trigger_id;
    clock.advance(waitMs);
    return { first: await call(stage, "views.open", { trigger_id, view }), trigger_id };
  }

  test("a trigger is good for three seconds and once", async () => {
    const clock = makeFakeClock();
    await using stage = await setStage(() => new Response(), { ...quiet, clock });
    const { first, trigger_id } = await open(stage, clock, 3000);
    expect(first).toMatchObject({ ok: true, view: { id: expect.stringMatching(/^V/) } });
    expect(await call(stage, "views.open", { trigger_id, view })).toMatchObject({
      error: "exchanged_trigger_id",
    });
    expect((await open(stage, clock, 3001)).first).toMatchObject({ error: "expired_trigger_id" });
    expect(await call(stage, "views.open", { trigger_id: "1.2.3", view })).toMatchObject({
      error: "invalid_trigger_id",
    });
  });

  test("errors stand beside their fields, an update takes the form's place, nothing closes it", async () => {
    await using stage = await setStage(() => new Response(), quiet);
    const { interactions } = stage.simulators.slack;
    const viewId = (await open(stage)).first.view.id;
    const submit = () => interactions.submit({ viewId, entries: { words: "hi" } });
    stage.edge.answerWith(() => Response.json({ response_action: "errors", errors: { words: "too short" } }));
    expect(await submit()).toMatchObject({ errors: { words: "too short" } });
    const payload = JSON.parse(new URLSearchParams(stage.edge.requests.at(-1)?.body).get("payload") ?? "");
    expect(payload).toMatchObject({
      type: "view_submission",
      view: { state: { values: { words: { words: { type: "plain_text_input", value: "hi" } } } } },
    });
    const done = { type: "modal", title: plain("Done"), blocks: [section] };
    stage.edge.answerWith(() => Response.json({ response_action: "update", view: done }));
    await submit();
    expect(interactions.modals()).toMatchObject([{ id: viewId, view: { title: { text: "Done" } } }]);
    stage.edge.answerWith(() => new Response());
    await submit();
    expect(interactions.modals()).toEqual([]);
  });
});
