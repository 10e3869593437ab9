import { describe, expect, test } from "vitest";
import { demoChannels } from "#simulators/demo";
import type { Simulators } from "#simulators/server";
import { setStage } from "#simulators/testing";
import type { RehearsalMessage } from "#simulators/transcript";

async function post({ url }: Simulators, path: string, body: unknown) {
  const response = await fetch(`${url}/rehearsal/${path}`, { method: "POST", body: JSON.stringify(body) });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

/** Reads events until `isEnough`, then leaves. */
async function listen({ url }: Simulators, isEnough: (seen: RehearsalMessage[]) => boolean) {
  const response = await fetch(`${url}/rehearsal/stream`);
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const seen: RehearsalMessage[] = [];
  const done = (async () => {
    let text = "";
    while (reader && !isEnough(seen)) {
      const { value, done } = await reader.read();
      if (done) break;
      text += value;
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        const data = /^event: message\ndata: (.*)$/.exec(block)?.[1];
        if (data) seen.push(JSON.parse(data));
      }
    }
    await reader?.cancel();
    return seen;
  })();
  return { seen: done };
}

test("the state names platforms and viewers, and knows what was said", async () => {
  await using stage = await setStage(undefined, { overlayUrl: "http://localhost/overlay" });
  await stage.simulators.twitch.sendChat({ viewer: "zoe", text: "hello" });
  await stage.simulators.twitch.sendChat({ viewer: "zoe", text: "elsewhere", broadcasterId: "1" });
  const state = JSON.parse(await (await fetch(`${stage.simulators.url}/rehearsal/state`)).text());
  expect(state.platforms).toEqual([
    { name: "twitch", channelName: "pia_plays" },
    { name: "discord", channelName: "lounge" },
    { name: "slack", channelName: "lounge" },
    { name: "kick", channelName: "pia-plays" },
    { name: "youtube", channelName: "Pia plays" },
  ]);
  expect(state.viewers.map(({ role }: { role: string }) => role)).toEqual([
    "owner",
    "moderator",
    "member",
    "member",
    "member",
  ]);
  expect(state.overlayUrl).toBe("http://localhost/overlay");
  expect(state.messages).toMatchObject([
    { author: { kind: "viewer", name: "Zoë" }, text: "hello", delivery: "delivered", attempts: 1 },
  ]);
});

describe("say", () => {
  test("goes out as the platform's own kind of request and is streamed with its delivery", async () => {
    await using stage = await setStage(({ path }) =>
      path.startsWith("/interactions")
        ? Response.json({ type: 4, data: { content: "Pong!", allowed_mentions: { parse: [] } } })
        : new Response(),
    );
    const { simulators, edge } = stage;
    const lines = await listen(simulators, (seen) => seen.filter(({ delivery }) => delivery).length === 4);
    const said = [
      await post(simulators, "say", { platform: "twitch", viewer: "ada", text: "!ping" }),
      await post(simulators, "say", { platform: "slack", viewer: "ada", text: "!ping" }),
      await post(simulators, "say", { platform: "slack", viewer: "ada", text: "/waddlebot ping" }),
      await post(simulators, "say", { platform: "discord", viewer: "ada", text: "!ping" }),
    ];
    expect(said.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(said.map(({ body }) => body.eventId)).toEqual([
      expect.stringMatching(/^twitch:/),
      expect.stringMatching(/^slack:Ev/),
      expect.stringMatching(/^slack:cmd:/),
      expect.stringMatching(/^discord:\d+$/),
    ]);
    const seen = await lines.seen;
    const delivered = seen.filter(({ delivery }) => delivery === "delivered").map(({ id }) => id);
    expect(delivered.sort()).toEqual(said.map(({ body }) => body.messageId).sort());
    expect(seen.find(({ author }) => author.kind === "bot")).toMatchObject({
      text: "Pong!",
      inReplyTo: said[3]?.body.eventId,
    });
    expect(edge.requests.map(({ path }) => path).sort()).toEqual([
      "/interactions/discord",
      "/webhooks/slack",
      "/webhooks/slack",
      "/webhooks/twitch",
    ]);
  });

  test.each([
    [{ platform: "irc", viewer: "ada", text: "x" }, "platform"],
    [{ platform: "twitch", viewer: "nobody", text: "x" }, "viewer"],
    [{ platform: "twitch", viewer: "ada", text: "   " }, "text"],
    [{ platform: "twitch", viewer: "ada", text: "x".repeat(501) }, "text"],
    [{ platform: "twitch", viewer: "ada", text: "ping", as: "slash" }, "as"],
    [{ platform: "discord", viewer: "ada", text: "just talking" }, "text"],
    [{ platform: "discord", viewer: "ada", text: "! ping" }, "text"],
    [{ platform: "slack", viewer: "ada", text: "/remind me" }, "text"],
    ["not an object", "body"],
  ])("refuses %j and names the field", async (input, field) => {
    await using stage = await setStage();
    const { status, body } = await post(stage.simulators, "say", input);
    expect([status, body.error.field]).toEqual([400, field]);
    expect(body.error.message).toMatch(/\w/);
    expect(stage.edge.requests).toEqual([]);
  });

  test("shows when the edge refused a line", async () => {
    await using stage = await setStage(() => new Response(null, { status: 403 }));
    await stage.simulators.discord.sendCommand({ viewer: "ada", text: "!ping" });
    expect(stage.simulators.transcript()[0]).toMatchObject({ delivery: "refused", attempts: 1 });
  });
});

test("buttons send channel events", async () => {
  await using stage = await setStage();
  const { simulators } = stage;
  const { body } = await post(simulators, "event", {
    platform: "twitch",
    viewer: "bob",
    kind: "cheer",
    amount: 150,
  });
  await simulators.idle();
  expect(simulators.transcript()).toMatchObject([
    { id: body.messageId, eventId: body.eventId, text: "Bob cheered 150 bits", author: { kind: "system" } },
  ]);
  const bad = await post(simulators, "event", {
    platform: "twitch",
    viewer: "bob",
    kind: "cheer",
    amount: 0,
  });
  expect([bad.status, bad.body.error.field]).toEqual([400, "amount"]);
});

test("why asks the bot, and says so when it knows nothing", async () => {
  const why = async (eventId: string, entityId: string) =>
    eventId === "twitch:1" ? { eventId, entityId } : null;
  await using stage = await setStage(undefined, { why });
  const ask = async (query: string) => {
    const response = await fetch(`${stage.simulators.url}/rehearsal/why?${query}`);
    return { status: response.status, body: JSON.parse(await response.text()) };
  };
  expect(await ask("eventId=twitch:1&entityId=twitch:7")).toEqual({
    status: 200,
    body: { eventId: "twitch:1", entityId: "twitch:7" },
  });
  expect((await ask("eventId=twitch:2&entityId=twitch:7")).status).toBe(404);
  expect((await ask("eventId=twitch:1")).body.error.field).toBe("entityId");
});

test("the demo channels carry the ids the seeding needs", () => {
  expect(demoChannels.map(({ entityId }) => entityId)).toEqual([
    "twitch:710000001",
    "discord:720000000000000001:720000000000000002",
    "slack:T0WADDLE01:C0LOUNGE01",
  ]);
  expect(demoChannels[0]?.viewers[1]).toEqual({
    id: "mo",
    name: "Mo",
    userKey: "twitch:710000002",
    role: "moderator",
  });
});

test("closing ends open streams and waiting retries at once", async () => {
  const stage = await setStage(() => new Response(null, { status: 503 }), { delayScale: 1 });
  await fetch(`${stage.simulators.url}/rehearsal/stream`);
  const { sent } = stage.simulators.slack.startChat({ viewer: "ada", text: "hi" });
  const startedAt = performance.now();
  await stage[Symbol.asyncDispose]();
  expect(performance.now() - startedAt).toBeLessThan(2000);
  expect((await sent).status).toBe("failed");
});

test("FUT-2 YTL-3 a line on Kick and on YouTube goes their own way and is on the stage", async () => {
  await using stage = await setStage();
  const { simulators, edge } = stage;
  const said = await Promise.all(
    ["kick", "youtube"].map((platform) =>
      post(simulators, "say", { platform, viewer: "ada", text: "!ping" }),
    ),
  );
  expect(said.map(({ status }) => status)).toEqual([200, 200]);
  expect(said.map(({ body }) => body.eventId)).toEqual([
    expect.stringMatching(/^kick:/),
    expect.stringMatching(/^youtube:LCC\./),
  ]);
  await simulators.idle();
  expect(simulators.transcript()).toMatchObject([
    { platform: "kick", author: { kind: "viewer", name: "Ada" }, text: "!ping", delivery: "delivered" },
    { platform: "youtube", author: { kind: "viewer", name: "Ada" }, text: "!ping", delivery: "delivered" },
  ]);
  // YouTube tells of the broadcast once; what is said there the bot asks for.
  await post(simulators, "say", { platform: "youtube", viewer: "bob", text: "again" });
  await simulators.idle();
  const paths = edge.requests.map(({ path }) => path);
  expect(paths.filter((path) => path.includes("youtube"))).toEqual(["/webhooks/youtube"]);
  const slash = { platform: "kick", viewer: "ada", text: "/ping", as: "slash" };
  expect(await post(simulators, "say", slash)).toMatchObject({
    status: 400,
    body: { error: { field: "as" } },
  });
});
