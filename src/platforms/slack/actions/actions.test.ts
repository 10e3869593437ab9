import { describe, expect, test } from "vitest";
import type { ActionContext } from "#contracts/platform-action";
import { must } from "#lib/must";
import { actions } from "#platforms/slack/actions/index";
import { withNames } from "#platforms/slack/names";
import { makeFakeClock, type Stage, setStage } from "#simulators/testing";
import { anOpenGate } from "#test/fakes/an-open-gate";

const channel = "C0LOUNGE01";
const ada = "U0ADA00003";

function contextOf({ simulators }: Stage, changes: Partial<ActionContext> = {}): ActionContext {
  const config = {
    SLACK_API_BASE: `${simulators.url}/slack/api`,
    SLACK_FILES_HOST: new URL(simulators.url).host,
  };
  const token = simulators.secrets.slack.botToken;
  const where = { account: "", server: "T0WADDLE01", channel, id: "x", now: 0 };
  return { fetch, config, token, ...where, gate: anOpenGate().gate, ...changes };
}

async function act(stage: Stage, name: string, params: unknown, changes?: Partial<ActionContext>) {
  return must(actions.get(name), name).run(params, contextOf(stage, changes));
}

const stageWith = () => setStage(undefined, { slack: { echoesBot: false } });

describe("messages", () => {
  test("are said with buttons, menus and what a module shows, then changed and deleted", async () => {
    await using stage = await stageWith();
    const { slack } = stage.simulators;
    const said = await act(stage, "send_message", {
      text: "Who wins? <!here>",
      buttons: [{ text: "Red & blue", customId: "poll:vote:1", style: "primary" }],
      menus: [{ customId: "poll:pick:1", placeholder: "Somebody", of: "users" }],
      show: [{ type: "media", mediaType: "image", url: "https://a.example/x.png" }],
    });
    const [message] = slack.messages();
    expect(said).toEqual({ ok: true, value: { ts: message?.id } });
    expect(slack.calls.at(-1)?.args).toMatchObject({
      text: "Who wins? &lt;!here&gt;",
      blocks: [
        { type: "section" },
        { type: "image" },
        { type: "actions", elements: [{ type: "button", style: "primary" }, { type: "users_select" }] },
      ],
    });
    const ts = message?.id;
    expect(await act(stage, "update_message", { ts, text: "Red wins" })).toEqual({ ok: true, value: { ts } });
    expect(slack.messages()).toMatchObject([{ text: "Red wins" }]);
    expect(await act(stage, "delete_message", { ts })).toEqual({ ok: true, value: {} });
    expect(slack.messages()).toEqual([]);
    expect(await act(stage, "delete_message", { ts })).toMatchObject({
      code: "not_found",
      message: "That message is gone.",
    });
    expect(slack.violations).toEqual([]);
  });

  test("for one person are seen by that person", async () => {
    await using stage = await stageWith();
    await act(stage, "send_ephemeral", { userId: ada, text: "psst" });
    expect(stage.simulators.slack.messages()).toMatchObject([{ text: "psst", ephemeral: true }]);
    expect(await act(stage, "send_ephemeral", { userId: "U0NOBODY9", text: "x" })).toMatchObject({
      code: "not_found",
    });
  });

  test("are whispered to one person in the bot's conversation with them", async () => {
    await using stage = await stageWith();
    expect(await act(stage, "whisper", { userId: ada, text: "psst <!here>" })).toMatchObject({ ok: true });
    expect(stage.simulators.slack.calls.at(-1)?.args).toMatchObject({
      channel: ada,
      text: "psst &lt;!here&gt;",
    });
    expect(await act(stage, "whisper", { userId: "U0NOBODY9", text: "x" })).toMatchObject({ ok: false });
    expect(stage.simulators.slack.violations).toEqual([]);
  });

  test("carry a reaction once", async () => {
    await using stage = await stageWith();
    const there = { ts: "1.2", emoji: "wave" };
    expect(await act(stage, "add_reaction", there)).toMatchObject({ ok: true });
    expect(await act(stage, "add_reaction", there)).toMatchObject({ code: "conflict" });
    expect(await act(stage, "remove_reaction", there)).toMatchObject({ ok: true });
    expect(await act(stage, "remove_reaction", there)).toMatchObject({ code: "not_found" });
  });
});

describe("channels", () => {
  test("are made, filled, emptied, named and read", async () => {
    await using stage = await stageWith();
    const made = await act(stage, "create_channel", { name: "raid-night" });
    expect(made).toMatchObject({ ok: true, value: { channelId: expect.stringMatching(/^C/) } });
    expect(await act(stage, "create_channel", { name: "raid-night" })).toMatchObject({ code: "conflict" });
    expect(await act(stage, "invite_to_channel", { userIds: [ada] })).toMatchObject({ ok: true });
    expect(await act(stage, "kick_from_channel", { userId: ada })).toMatchObject({ ok: true });
    expect(await act(stage, "kick_from_channel", { userId: "U0WADDLE99" })).toMatchObject({
      message: "The bot cannot remove itself.",
    });
    expect(await act(stage, "set_topic", { topic: `${"&".repeat(249)}<` })).toMatchObject({ ok: true });
    await stage.simulators.slack.sendChat({ viewer: "ada", text: "fish & chips" });
    const read = await act(stage, "read_history", { limit: 1 });
    expect(read).toMatchObject({ ok: true, value: { count: 1, hasMore: false } });
    expect(JSON.stringify(read)).toContain("fish & chips");
    expect(stage.simulators.slack.violations).toEqual([]);
  });
});

describe("files", () => {
  test("go where Slack says and are shared in the channel", async () => {
    await using stage = await stageWith();
    const { slack } = stage.simulators;
    const shared = await act(stage, "upload_file", {
      filename: "a.txt",
      content: "quack 🦆",
      comment: "<!here>",
    });
    expect(shared).toMatchObject({ ok: true });
    expect([...slack.files.values()]).toEqual(["quack 🦆"]);
    expect(slack.calls.at(-1)?.args).toMatchObject({ channel_id: channel, initial_comment: "&lt;!here&gt;" });
    const base64 = Buffer.from("quack").toString("base64");
    expect(await act(stage, "upload_file", { filename: "b.txt", base64 })).toMatchObject({ ok: true });
    expect([...slack.files.values()].at(-1)).toBe("quack");
  });

  test("never leave for another host", async () => {
    await using stage = await stageWith();
    const config = { SLACK_API_BASE: `${stage.simulators.url}/slack/api` };
    const sent = await act(stage, "upload_file", { filename: "a.txt", content: "x" }, { config });
    expect(sent).toMatchObject({ ok: false, code: "forbidden" });
    expect(stage.simulators.slack.files.size).toBe(0);
  });
});

describe("what is asked for wrongly is refused before Slack is called", () => {
  test.each([
    ["send_message", {}],
    ["send_message", { text: "x", channelId: "../chat.delete" }],
    ["send_message", { text: "x", show: [{ type: "form", title: "x", fields: [], submitUrl: "a:b:" }] }],
    ["add_reaction", { ts: "now", emoji: "wave" }],
    ["add_reaction", { ts: "1.2", emoji: ":wave:" }],
    ["create_channel", { name: "Not A Channel" }],
    ["invite_to_channel", { userIds: [] }],
    ["upload_file", { filename: "x" }],
    ["upload_file", { filename: "x", content: "a", base64: "YQ==" }],
    ["read_history", { limit: 1000 }],
  ])("%s %o", async (name, params) => {
    await using stage = await stageWith();
    expect(await act(stage, name, params)).toMatchObject({ ok: false, code: "bad_request" });
    expect(stage.simulators.slack.calls).toEqual([]);
  });
});

describe("limits", () => {
  test("each method has its own lane in its workspace, and 429 shuts that lane", async () => {
    await using stage = await stageWith();
    const open = anOpenGate();
    stage.simulators.faults.set({ platform: "slack", kind: "429", ms: 9000 });
    const params = { ts: "1.2", emoji: "wave" };
    const refused = await act(stage, "add_reaction", params, { gate: open.gate, now: 1000 });
    expect(refused).toMatchObject({ code: "rate_limited", retryAfterMs: 9000 });
    const lane = "slack/T0WADDLE01/reactions.add";
    expect(open.taken).toEqual([
      { lanes: [{ lane, limit: 50, windowMs: 60_000, places: 1 }], priority: "moderation" },
    ]);
    expect(open.shut).toEqual([{ lane, until: 10_000 }]);
  });
});

describe("names", () => {
  test("stand in the place of ids; asked once an hour and person, never for words or strangers again", async () => {
    const clock = makeFakeClock();
    await using stage = await setStage(undefined, { clock, slack: { echoesBot: false } });
    const book = new Map();
    const { calls } = stage.simulators.slack;
    const say = (text: string, now: number) => withNames(text, "T0WADDLE01", contextOf(stage, { now }), book);
    expect(await say(`${ada}: 3 points, @${ada}! WATERMELON`, 0)).toBe("Ada: 3 points, @Ada! WATERMELON");
    expect(await say(`${ada} again, U0NOBODY9`, 1000)).toBe("Ada again, U0NOBODY9");
    expect(await say(`U0NOBODY9 ${ada}`, 2000)).toBe("U0NOBODY9 Ada");
    expect(calls.map(({ method }) => method)).toEqual(["users.info"]);
    await say(ada, 3_600_000);
    expect(calls).toHaveLength(2);
  });

  test("at most three people are asked for in one message, and none while Slack asks for a pause", async () => {
    await using stage = await stageWith();
    const { gate, taken } = anOpenGate(1000);
    const ids = ["U0AAAAAA1", "U0AAAAAA2", "U0AAAAAA3", "U0AAAAAA4"].join(" ");
    expect(await withNames(ids, "T1", contextOf(stage, { gate }), new Map())).toBe(ids);
    expect(taken).toHaveLength(3);
    expect(stage.simulators.slack.calls).toEqual([]);
  });

  test("nobody can dress up as a call to all", async () => {
    const body = { ok: true, user: { name: "x", profile: { display_name: "<!channel>" } } };
    await using stage = await stageWith();
    const context = contextOf(stage, { fetch: async () => Response.json(body) });
    expect(await withNames(ada, "T1", context, new Map())).toBe("<!channel>");
    const said: string[] = [];
    const fakeFetch: typeof fetch = async (_, init) => {
      said.push(String(init?.body));
      return Response.json({ ...body, ts: "1.2" });
    };
    const { send } = await import("#platforms/slack/send");
    const { probe } = await import("#platforms/slack/testing");
    await send({ ...probe.message, text: `${ada} waves` }, { ...context, fetch: fakeFetch });
    expect(said.at(-1)).toContain("&lt;!channel&gt; waves");
  });
});
