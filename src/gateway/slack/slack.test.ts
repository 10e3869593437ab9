import { DatabaseSync } from "node:sqlite";
import { afterEach, describe, expect, test } from "vitest";
import type { GatewayFrame } from "#contracts/gateway";
import { readSlackConfig } from "#gateway/slack/config";
import { readEnvelope } from "#gateway/slack/read-envelope";
import { makeSlackSource, type SlackSourceOptions } from "#gateway/slack/source";
import type { Heard, Source } from "#gateway/source";
import { parseFrame } from "#platforms/slack/parse-frame";
import type { SlackOptions } from "#simulators/slack/simulator";
import { type Stage, setStage } from "#simulators/testing";
import { eventually } from "#test/e2e/stack";

const running: Source[] = [];
afterEach(async () => {
  for (const source of running.splice(0)) await source.close();
});

function setSlack(options: SlackOptions = {}): Promise<Stage> {
  const slack = { socketMode: true, socketAckMs: 300, socketRetryMs: [20, 20, 20], ...options };
  return setStage(undefined, { slack });
}

interface Running {
  source: Source;
  heard: Heard[];
  /** How many of the next cannot be stored, and whether another process may hear instead. */
  fails: { next: number; isOthers: boolean };
}

/** A source in the place of the sidecar's; `heard` is what it put on disk. */
function run({ simulators }: Stage, changes: Partial<SlackSourceOptions> = {}, appToken?: string): Running {
  const heard: Heard[] = [];
  const fails = { next: 0, isOthers: false };
  const config = {
    appToken: appToken ?? simulators.secrets.slack.appToken,
    apiBase: `${simulators.url}/slack/api`,
    sockets: 1,
  };
  const timings = { backoff: { baseMs: 10, maxMs: 40 }, pingMs: 5000, overlapMs: 150, disabledMs: 60_000 };
  const source = makeSlackSource({ config, timings, ...changes })({
    forward(one) {
      if (fails.next > 0) {
        fails.next -= 1;
        throw new Error("disk full");
      }
      if (fails.isOthers) return false;
      heard.push(one);
      return true;
    },
    missed: () => undefined,
    database: new DatabaseSync(":memory:"),
    log: () => undefined,
    now: Date.now,
    random: Math.random,
  });
  running.push(source);
  source.start();
  return { source, heard, fails };
}

const assigned = [{ connection: "socket", channels: [] }];

async function connect(stage: Stage, changes: Partial<SlackSourceOptions> = {}): Promise<Running> {
  const one = run(stage, changes);
  one.source.setAssignment(assigned, [], true);
  const wanted = changes.config?.sockets ?? 1;
  await eventually(
    () => one.source.health()[0]?.joined,
    (joined) => joined === wanted,
  );
  return one;
}

function asFrame({ connection, id = "", raw }: Heard): GatewayFrame {
  return { platform: "slack", connection, id, receivedAt: 1_779_278_400_000, raw };
}

describe("an envelope", () => {
  test("becomes the same event as the webhook, in every kind", async () => {
    await using stage = await setSlack({ echoesBot: false });
    const { slack } = stage.simulators;
    const { heard } = await connect(stage);
    const said = await slack.sendChat({ viewer: "ada", text: "!ping" });
    const command = await slack.sendSlash({ viewer: "ada", text: "quote 3" });
    const clicked = await slack.interactions.click({ viewer: "ada", customId: "poll:vote:1", value: "7" });
    expect(said).toMatchObject({ status: "delivered", attempts: 1 });
    const config = { SLACK_RESPONSE_URL_HOST: new URL(stage.simulators.url).host };
    const events = heard.flatMap((one) => parseFrame(asFrame(one), config));
    expect(events).toMatchObject([
      { id: said.eventId, type: "chatMessage", text: "!ping", entityId: "slack:T0WADDLE01:C0LOUNGE01" },
      { id: command.eventId, type: "slashCommand", text: "!quote 3", replyTo: { url: command.responseUrl } },
      { id: clicked.eventId, type: "button_click", customId: "poll:vote:1", values: { value: "7" } },
    ]);
    expect(stage.edge.requests).toEqual([]);
  });

  test("is acknowledged once it is on disk, and not before: what could not be stored comes again", async () => {
    await using stage = await setSlack();
    const { slack } = stage.simulators;
    const { heard, fails, source } = await connect(stage);
    fails.next = 2;
    expect(await slack.sendChat({ viewer: "ada", text: "keep me" })).toMatchObject({
      status: "delivered",
      attempts: 3,
    });
    expect(heard).toHaveLength(1);
    expect(slack.socketMode.acknowledged).toEqual([heard[0]?.id]);
    expect(source.health()[0]?.numbers).toMatchObject({ unstored_total: 2 });
  });

  test("that is another process's to hear is not acknowledged", async () => {
    await using stage = await setSlack();
    const { slack } = stage.simulators;
    const { fails } = await connect(stage);
    fails.isOthers = true;
    expect(await slack.sendChat({ viewer: "ada", text: "not mine" })).toMatchObject({ status: "failed" });
    expect(slack.socketMode.acknowledged).toEqual([]);
  });

  test("whose acknowledgement is lost comes again as the same event", async () => {
    await using stage = await setSlack();
    const { slack } = stage.simulators;
    const { heard } = await connect(stage);
    slack.socketMode.hears = false;
    expect(await slack.sendChat({ viewer: "ada", text: "twice" })).toMatchObject({ status: "failed" });
    const ids = heard.flatMap((one) => parseFrame(asFrame(one), {})).map(({ id }) => id);
    expect(ids).toHaveLength(4);
    expect(new Set(ids).size).toBe(1);
  });

  test("leaves behind what no parser reads, but nothing that people named", () => {
    const event = { type: "message", text: "hi", blocks: ["x".repeat(100_000)], files: [1] };
    const state = { values: { blocks: { blocks: { value: "mine" } } } };
    const payload = { event, view: { state, blocks: [1] }, message: { ts: "1.2", text: "a", blocks: [1] } };
    const seen = readEnvelope(JSON.stringify({ envelope_id: "e1", type: "events_api", payload }));
    const raw = seen?.kind === "envelope" ? seen.raw : null;
    expect(JSON.parse(raw ?? "null")).toEqual({
      type: "events_api",
      payload: {
        event: { type: "message", text: "hi" },
        view: { state },
        message: { ts: "1.2", text: "a" },
      },
    });
  });

  test.each(["", "[]", '{"type":"hi"}', '{"type":"events_api","envelope_id":""}', "{"])(
    "that is none (%j) is nothing",
    (text) => {
      expect(readEnvelope(text)).toBeUndefined();
    },
  );

  test("of a kind we do not know is acknowledged and goes nowhere", () => {
    const seen = readEnvelope('{"type":"workflow","envelope_id":"e1","payload":{}}');
    expect(seen).toEqual({ kind: "envelope", id: "e1", raw: null });
  });
});

describe("a socket", () => {
  test.each(["warning", "refresh_requested"] as const)(
    "that Slack wants to end (%s) has its successor before it closes, and nothing is missed",
    async (reason) => {
      await using stage = await setSlack({ echoesBot: false });
      const { slack } = stage.simulators;
      const { heard, source } = await connect(stage);
      slack.socketMode.askToReconnect(reason, 120);
      await eventually(
        () => slack.socketMode.connections(),
        (open) => open === 2,
      );
      for (let n = 0; n < 10; n++) {
        const sent = await slack.sendChat({ viewer: "ada", text: `line ${n}` });
        expect(sent).toMatchObject({ status: "delivered", attempts: 1 });
      }
      await eventually(
        () => slack.socketMode.connections(),
        (open) => open === 1,
      );
      await slack.sendChat({ viewer: "ada", text: "after" });
      expect(heard).toHaveLength(11);
      expect(source.health()).toMatchObject([{ isConnected: true, numbers: { reconnects_total: 1 } }]);
    },
  );

  test("that breaks is opened again", async () => {
    await using stage = await setSlack();
    const { slack } = stage.simulators;
    const { heard, source } = await connect(stage);
    slack.socketMode.cut();
    expect(await slack.sendChat({ viewer: "ada", text: "still there?" })).toMatchObject({
      status: "delivered",
    });
    expect(heard).toHaveLength(1);
    expect(source.health()).toMatchObject([{ isConnected: true, joined: 1 }]);
  });

  test("of five is never one of more than ten, even while all are replaced", async () => {
    await using stage = await setSlack();
    const { socketMode } = stage.simulators.slack;
    const { appToken } = stage.simulators.secrets.slack;
    const config = { appToken, apiBase: `${stage.simulators.url}/slack/api`, sockets: 5 };
    await connect(stage, { config });
    socketMode.askToReconnect("warning", 300);
    await eventually(
      () => socketMode.connections(),
      (open) => open === 10,
    );
    await eventually(
      () => socketMode.connections(),
      (open) => open === 5,
    );
    expect(socketMode.mostConnections()).toBe(10);
  });

  test("is not opened before the edge said who may hear, and is left when it says so", async () => {
    await using stage = await setSlack();
    const { socketMode } = stage.simulators.slack;
    const { source } = run(stage, { firstWordMs: 60_000 });
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(socketMode.connections()).toBe(0);
    source.setAssignment(assigned, [], true);
    await eventually(
      () => socketMode.connections(),
      (open) => open === 1,
    );
    source.setAssignment([], undefined, true);
    await eventually(
      () => socketMode.connections(),
      (open) => open === 0,
    );
    expect(source.health()).toMatchObject([{ isConnected: true, assigned: 0 }]);
  });

  test("without any word from the edge is opened after a while", async () => {
    await using stage = await setSlack();
    run(stage, { firstWordMs: 10 });
    await eventually(
      () => stage.simulators.slack.socketMode.connections(),
      (open) => open === 1,
    );
  });
});

describe("what only a person can mend is said, and not tried over and over", () => {
  test("a wrong token", async () => {
    await using stage = await setSlack();
    let asked = 0;
    const counting: typeof fetch = (...call) => {
      asked += 1;
      return fetch(...call);
    };
    const { source } = run(stage, { fetch: counting }, "xapp-wrong");
    source.setAssignment(assigned, [], true);
    await eventually(
      () => source.health()[0]?.reason,
      (reason) => reason === "Slack does not know SLACK_APP_TOKEN",
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(asked).toBe(1);
    expect(source.health()).toMatchObject([{ isConnected: false }]);
  });

  test("socket mode switched off at Slack", async () => {
    await using stage = await setSlack();
    const { source } = await connect(stage);
    stage.simulators.slack.socketMode.disable();
    const [health] = await eventually(
      () => source.health(),
      ([one]) => one?.joined === 0,
    );
    expect(health?.reason).toContain("switched off");
  });
});

describe("the environment", () => {
  test("SLACK_SOCKET_MODE is off unless it says true", () => {
    expect(readSlackConfig({})).toBeUndefined();
    expect(readSlackConfig({ SLACK_SOCKET_MODE: "false", SLACK_APP_TOKEN: "" })).toBeUndefined();
    expect(readSlackConfig({ SLACK_SOCKET_MODE: "true", SLACK_APP_TOKEN: "xapp-1" })).toEqual({
      appToken: "xapp-1",
      apiBase: "https://slack.com/api",
      sockets: 2,
    });
  });

  test.each([
    [{ SLACK_SOCKET_MODE: "yes" }, "SLACK_SOCKET_MODE must be true or false"],
    [{ SLACK_SOCKET_MODE: "true" }, "SLACK_APP_TOKEN is not set"],
    [{ SLACK_SOCKET_MODE: "true", SLACK_APP_TOKEN: "xoxb-secret" }, "SLACK_APP_TOKEN must be"],
    [{ SLACK_SOCKET_MODE: "true", SLACK_APP_TOKEN: "xapp-1", SLACK_SOCKETS: "6" }, "SLACK_SOCKETS"],
  ])("%o is refused by name", (env, message) => {
    expect(() => readSlackConfig(env)).toThrow(message);
    expect(() => readSlackConfig(env)).not.toThrow("xoxb-secret");
  });
});
