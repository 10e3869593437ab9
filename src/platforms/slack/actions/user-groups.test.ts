import { describe, expect, test } from "vitest";
import type { ActionContext } from "#contracts/platform-action";
import { must } from "#lib/must";
import { actions } from "#platforms/slack/actions/index";
import { type Stage, setStage } from "#simulators/testing";
import { anOpenGate } from "#test/fakes/an-open-gate";

const [ada, bob] = ["U0ADA00003", "U0BOB00004"];
const group = "S0REGULARS";
const stageWith = () => setStage(undefined, { slack: { echoesBot: false } });

function contextOf({ simulators }: Stage): ActionContext {
  const config = { SLACK_API_BASE: `${simulators.url}/slack/api` };
  const where = { account: "", server: "T0WADDLE01", channel: "C0LOUNGE01", id: "x", now: 0 };
  return { fetch, config, token: simulators.secrets.slack.botToken, ...where, gate: anOpenGate().gate };
}
const change = (stage: Stage, params: object, context = contextOf(stage)) =>
  must(actions.get("change_user_group"), "change_user_group").run({ groupId: group, ...params }, context);
const written = (stage: Stage) =>
  stage.simulators.slack.calls
    .filter(({ method }) => method !== "usergroups.list")
    .map(({ method, args }) => [method, args["users"]]);

describe("LBL-3 Slack's user groups", () => {
  test("people come and go by one list; whoever else is in it stays", async () => {
    await using stage = await stageWith();
    expect(await change(stage, { add: [bob] })).toEqual({ ok: true, value: { count: 2 } });
    expect(await change(stage, { remove: [ada] })).toEqual({ ok: true, value: { count: 1 } });
    expect(written(stage)).toEqual([
      ["usergroups.users.update", `${ada},${bob}`],
      ["usergroups.users.update", bob],
    ]);
  });

  test("what is so already is not written again", async () => {
    await using stage = await stageWith();
    expect(await change(stage, { add: [ada], remove: [bob] })).toMatchObject({ ok: true });
    expect(written(stage)).toEqual([]);
  });

  test("the last one to go switches it off; the next one is alone in it", async () => {
    await using stage = await stageWith();
    expect(await change(stage, { remove: [ada] })).toEqual({ ok: true, value: { count: 0 } });
    expect(await change(stage, { add: [bob] })).toEqual({ ok: true, value: { count: 1 } });
    expect(written(stage)).toEqual([
      ["usergroups.disable", undefined],
      ["usergroups.enable", undefined],
      ["usergroups.users.update", bob],
    ]);
  });

  test("one at a time: two that would overwrite each other are told to wait", async () => {
    await using stage = await stageWith();
    const { gate, taken } = anOpenGate(9000);
    const refused = await change(stage, { add: [bob] }, { ...contextOf(stage), gate });
    expect(refused).toMatchObject({ ok: false, code: "rate_limited", retryAfterMs: 9000 });
    expect(taken).toMatchObject([{ lanes: [{ lane: `slack/T0WADDLE01/user-group/${group}`, limit: 1 }] }]);
    expect(stage.simulators.slack.calls).toEqual([]);
  });

  test.each([
    [{ groupId: "S0NOTTHERE", add: [bob] }, "not_found"],
    [{ add: ["U0NOBODY99"] }, "not_found"],
    [{}, "bad_request"],
    [{ groupId: "everyone", add: [bob] }, "bad_request"],
    [{ add: ["<!here>"] }, "bad_request"],
  ])("%o is refused as %s", async (params, code) => {
    await using stage = await stageWith();
    expect(await change(stage, params)).toMatchObject({ ok: false, code });
    expect(written(stage).filter(([, users]) => users === undefined)).toEqual([]);
  });
});
