import { describe, expect, test } from "vitest";
import type { Execution } from "#contracts/execution";
import { demoChannels } from "#simulators/demo";
import { serveLocally } from "#simulators/http-server";
import { type EdgeAnswering, makeFakeClock, setStage } from "#simulators/testing";
import { findFreePort } from "#tools/free-port";
import { describeExecution } from "#tools/send/describe-execution";
import { parseSendArguments, type SendOrder } from "#tools/send/send-arguments";
import { sendOne } from "#tools/send/send-one";

const aRecord: Execution = {
  id: "e",
  eventId: "e",
  entityId: "twitch:710000001",
  communityId: 2,
  sessionId: "s",
  correlationId: "c",
  messageType: "chatMessage",
  user: { id: "slack:U0ADA00003", name: "U0ADA00003", role: "member" },
  trigger: { kind: "command", text: "!ping" },
  rights: {
    required: "everyone",
    actual: "member",
    isAllowed: true,
    because: "everyone in chat is a member",
  },
  module: "core",
  handler: "ping",
  status: "success",
  code: null,
  message: null,
  steps: [],
  responses: [{ key: "k", type: "chat", text: "Pong!", state: "sent", platformMessageIds: ["m"] }],
  calls: [],
  retryCount: 0,
  rules: [],
  chain: [],
  startedAt: 1000,
  finishedAt: 1014,
};

function order(...args: string[]): SendOrder {
  const parsed = parseSendArguments(args);
  if (parsed === "help") throw new Error("that asks for help");
  return parsed;
}

/** Sends it through real simulators to an edge that answers so; what is printed, and what the edge got. */
async function send(
  args: string[],
  { why, answering }: { why?: (eventId: string) => unknown; answering?: EdgeAnswering },
) {
  await using stage = await setStage(answering, {
    why: async (eventId) => why?.(eventId) ?? null,
    // The pauses between tries are the platforms' own, so that a test never sees the last one.
    delayScale: 1,
  });
  const lines: string[] = [];
  const isHandled = await sendOne(
    order(...args),
    new URL(stage.simulators.url),
    outside((line) => lines.push(line)),
  );
  return { isHandled, lines, requests: stage.edge.requests };
}

/** Its own clock goes ahead with every pause; the simulators' world has a moment to do something. */
function outside(write: (line: string) => void) {
  const clock = makeFakeClock();
  const sleep = async (ms: number) => {
    clock.advance(ms);
    await new Promise((resolve) => setTimeout(resolve, 2));
  };
  return { fetch, now: clock.now, sleep, write };
}

describe("sending", () => {
  test("a line is signed by its platform, and reply and reason are told", async () => {
    const { isHandled, lines, requests } = await send(["twitch", "!ping"], { why: () => aRecord });
    expect(isHandled).toBe(true);
    expect(lines).toEqual([
      "Ada on twitch: !ping",
      "The edge took it at the first try.",
      "WaddleBot: Pong!",
      "Why: !ping, answered by core, open to everyone. Ada: member (everyone in chat is a member). It took 14 ms.",
    ]);
    expect(requests[0]?.path).toBe("/webhooks/twitch");
    expect(requests[0]?.headers.get("twitch-eventsub-message-signature")).toMatch(/^sha256=[0-9a-f]{64}$/);
    expect(JSON.parse(requests[0]?.body ?? "")).toMatchObject({ event: { message: { text: "!ping" } } });
  });

  test("an event happens as whoever does it", async () => {
    const { lines, requests } = await send(["twitch", "--event", "raid", "--as", "zoe"], {
      why: () => ({ ...aRecord, trigger: { kind: "event", text: "raid" }, status: "ignored", responses: [] }),
    });
    expect(lines[0]).toBe("Zoë on twitch: raid");
    expect(lines[2]).toBe("WaddleBot says nothing: nothing reacts to this");
    expect(JSON.parse(requests[0]?.body ?? "")).toMatchObject({ subscription: { type: "channel.raid" } });
  });

  test("a reply on its way is waited for", async () => {
    let asked = 0;
    const why = () => {
      const state = ++asked > 3 ? "sent" : "sending";
      return { ...aRecord, responses: aRecord.responses.map((response) => ({ ...response, state })) };
    };
    const { lines } = await send(["slack", "!ping"], { why });
    expect(asked).toBeGreaterThanOrEqual(4);
    expect(lines).toContain("WaddleBot: Pong!");
  });

  test("without a record after 3 s it says so", async () => {
    const { isHandled, lines } = await send(["twitch", "hello"], {});
    expect(isHandled).toBe(false);
    expect(lines.at(-1)).toBe("WaddleBot has no record of it after 3 s: see .data/logs/workers.log");
  });

  test.each([
    ["discord", "The edge refused it at the first try: see .data/logs/workers.log"],
    ["slack", "The edge has not taken it within 3 s; the platform goes on trying."],
  ])("a refusal by the edge is told as %s takes it", async (platform, sentence) => {
    const answering = () => new Response("refused", { status: 403 });
    const { isHandled, lines } = await send([platform, "!ping"], { answering });
    expect(isHandled).toBe(false);
    expect(lines.slice(1)).toEqual([sentence]);
  });

  test("what the platform itself does not take is said in its words", async () => {
    await expect(send(["discord", "hello"], {})).rejects.toThrow("Start with / or !");
  });
});

describe("clear sentences", () => {
  const silent = outside(() => {});

  test("nothing is running", async () => {
    const origin = new URL(`http://127.0.0.1:${await findFreePort()}`);
    await expect(sendOne(order("twitch", "hi"), origin, silent)).rejects.toThrow(
      /^Nothing is running at http/,
    );
  });

  test("something else is running", async () => {
    const server = await serveLocally(0, async () => new Response("<html>hello</html>"));
    const sent = sendOne(order("twitch", "hi"), new URL(server.url), silent);
    await expect(sent).rejects.toThrow("is no WaddleBot");
    await server.close();
  });

  test.each([
    [["irc", "hi"], 'There is no simulated platform "irc": choose twitch, discord, slack, kick, or youtube.'],
    [
      ["twitch", "hi", "--as", "nobody"],
      'No demo viewer is called "nobody": choose pia, mo, ada, bob, or zoe.',
    ],
    [["twitch"], "There is nothing to say"],
    [
      ["twitch", "--event", "party"],
      'There is no event "party": choose follow, subscription, raid, or cheer.',
    ],
    [["slack", "--event", "raid"], "--event happens on twitch only."],
    [["twitch", "hi", "--event", "raid"], "one thing is sent at a time"],
    [["twitch", "hi", "--port", "0"], '--port wants a number from 1 to 65535, not "0".'],
    [["twitch", "hi", "--loud"], "Unknown option '--loud': see npm run send -- --help"],
  ])("%j: %s", (args, sentence) => {
    expect(() => parseSendArguments(args)).toThrow(sentence);
  });

  test("help comes without arguments, too", () => {
    expect(parseSendArguments([])).toBe("help");
    expect(parseSendArguments(["--help"])).toBe("help");
  });
});

test("every demo channel can be written to, by default as Ada", () => {
  for (const { platform } of demoChannels) {
    expect(order(platform, "!quote", "3", "--as", "Mo", "--port", "9000")).toMatchObject({
      port: 9000,
      platform,
      viewer: { id: "mo" },
      what: { text: "!quote 3" },
    });
  }
  expect(order("twitch", "hi")).toMatchObject({ port: 8787, viewer: { id: "ada" } });
});

describe("what a record is told as", () => {
  const chat = aRecord.responses[0];
  test.each<[string, Partial<Execution>, string[]]>([
    ["no chat reply", { responses: [] }, ["WaddleBot did it and says nothing."]],
    [
      "only an overlay",
      { responses: [{ key: "k", type: "ticker", text: "Hi!", state: "sent", platformMessageIds: [] }] },
      ["Overlay (ticker): Hi!", "WaddleBot says nothing in chat."],
    ],
    [
      "refused without a word",
      { status: "refused", message: "!ping is resting for another 5 s.", responses: [] },
      ["WaddleBot says nothing: !ping is resting for another 5 s."],
    ],
    [
      "failed without a word",
      { status: "failed", responses: [] },
      ["WaddleBot says nothing: something went wrong on its side"],
    ],
    [
      "not delivered",
      { responses: chat ? [{ ...chat, state: "failed" }] : [] },
      ["WaddleBot: Pong! (the platform did not take it)"],
    ],
  ])("%s", (_, facts, lines) => {
    expect(describeExecution({ ...aRecord, ...facts }, "Ada").slice(0, -1)).toEqual(lines);
  });

  test("plain chat", () => {
    const trigger = { kind: "none", text: "" } as const;
    const record = { ...aRecord, trigger, rights: null, module: null, finishedAt: 1000 };
    expect(describeExecution(record, "Ada").at(-1)).toBe(
      "Why: plain chat. Ada: member. It took less than 1 ms.",
    );
  });
});
