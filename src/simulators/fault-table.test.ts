import { describe, expect, test } from "vitest";
import { type SimulatedPlatform, simulatedPlatforms, youtubeChannel } from "#simulators/demo";
import type { Fault } from "#simulators/faults";
import type { Simulators } from "#simulators/server";
import { setStage } from "#simulators/testing";

/** One harmless call of each platform's API, as the bot makes it. */
function callApi({ url, secrets, twitch }: Simulators, platform: SimulatedPlatform): Promise<Response> {
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const calls: Record<SimulatedPlatform, () => Promise<Response>> = {
    twitch: () =>
      fetch(`${url}/twitch/helix/users?login=pia_plays`, {
        headers: { ...bearer(twitch.issueAppToken()), "client-id": secrets.twitch.clientId },
      }),
    slack: () =>
      fetch(`${url}/slack/api/auth.test`, { method: "POST", headers: bearer(secrets.slack.botToken) }),
    discord: () =>
      fetch(`${url}/discord/api/v10/gateway/bot`, {
        headers: { authorization: `Bot ${secrets.discord.botToken}` },
      }),
    kick: () => fetch(`${url}/kick/api/public/v1/users`, { headers: bearer(secrets.kick.botToken) }),
    youtube: () =>
      fetch(`${url}/youtube/v3/videos?id=none`, { headers: { "x-goog-api-key": secrets.youtube.apiKey } }),
  };
  return calls[platform]();
}

/** Lets one thing happen that the platform tells the edge by webhook; resolves when it was told, or given up. */
function tellEdge(
  { twitch, slack, discord, kick, youtube, secrets }: Simulators,
  platform: SimulatedPlatform,
) {
  const line = { viewer: "bob", text: "!ping" };
  const tell: Record<SimulatedPlatform, () => Promise<unknown>> = {
    twitch: () => twitch.sendChat(line),
    slack: () => slack.sendChat(line),
    discord: () => discord.sendCommand(line),
    kick: () => kick.sendChat(line),
    youtube: () =>
      youtube.hub.notify(youtubeChannel.server, `video-${++videos}`, {
        callback: "http://house/webhooks/youtube",
        secret: secrets.youtube.websubSecret,
      }),
  };
  return tell[platform]();
}
let videos = 0;

const interactionAnswer = () => Response.json({ type: 4, data: { content: "Pong!" } });
const webhookPaths = /^\/(webhooks|interactions)/;

describe.each(simulatedPlatforms)("%s, its API", (platform) => {
  const stageWith = async (fault: Omit<Fault, "platform">) => {
    const stage = await setStage(undefined, { delayScale: 1 });
    stage.simulators.faults.set({ platform, ...fault });
    return stage;
  };
  const isWellAfterwards = async (simulators: Simulators) =>
    expect((await callApi(simulators, platform)).status).toBe(200);

  test("429 names the time to wait, in the platform's own way", async () => {
    await using stage = await stageWith({ kind: "429", ms: 7000 });
    const answer = await callApi(stage.simulators, platform);
    expect(answer.status).toBe(429);
    const reset = Number(answer.headers.get("ratelimit-reset")) * 1000 - Date.now();
    const waitMs = platform === "twitch" ? reset : Number(answer.headers.get("retry-after")) * 1000;
    expect(Math.abs(waitMs - 7000)).toBeLessThanOrEqual(3000);
    await isWellAfterwards(stage.simulators);
  });

  test("401 says that the token is no good, in the platform's own way", async () => {
    await using stage = await stageWith({ kind: "401" });
    const answer = await callApi(stage.simulators, platform);
    expect(answer.status).toBe(platform === "slack" ? 200 : 401);
    expect(await answer.text()).toMatch(/token_expired|[Uu]nauthorized|authError/);
    await isWellAfterwards(stage.simulators);
  });

  test("5xx, as often as asked", async () => {
    await using stage = await stageWith({ kind: "500", times: 2 });
    for (let call = 0; call < 2; call++) expect((await callApi(stage.simulators, platform)).status).toBe(500);
    await isWellAfterwards(stage.simulators);
  });

  test("drop: the connection dies before the answer", async () => {
    await using stage = await stageWith({ kind: "drop" });
    await expect(callApi(stage.simulators, platform)).rejects.toThrow();
    await isWellAfterwards(stage.simulators);
  });

  test("delay: the answer takes its time, and comes", async () => {
    await using stage = await stageWith({ kind: "delay", ms: 150 });
    const startedAt = performance.now();
    expect((await callApi(stage.simulators, platform)).status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(140);
  });

  test("1015: the calling address is banned for a while, whatever it asks", async () => {
    await using stage = await stageWith({ kind: "1015", ms: 60_000 });
    for (let call = 0; call < 2; call++) {
      const answer = await callApi(stage.simulators, platform);
      expect([answer.status, await answer.text()]).toEqual([429, "error code: 1015"]);
    }
  });
});

describe.each(simulatedPlatforms)("%s, its webhooks", (platform) => {
  const stageWith = async (fault: Omit<Fault, "platform">, delayScale = 0.001) => {
    const stage = await setStage(
      ({ path }) => (path.startsWith("/interactions") ? interactionAnswer() : new Response()),
      { delayScale },
    );
    stage.simulators.faults.set({ platform, ...fault });
    const bodies = () =>
      stage.edge.requests.filter(({ path }) => webhookPaths.test(path)).map(({ body }) => body);
    return Object.assign(stage, { bodies });
  };

  test("duplicate: the same bytes twice", async () => {
    await using stage = await stageWith({ kind: "duplicate" });
    await tellEdge(stage.simulators, platform);
    const [first, second] = stage.bodies();
    expect(stage.bodies()).toHaveLength(2);
    expect(second).toBe(first);
  });

  test("drop: the edge's answer is lost, and who tries again does so with the same bytes", async () => {
    await using stage = await stageWith({ kind: "drop", on: "webhook" });
    await tellEdge(stage.simulators, platform);
    // Discord and the hub of YouTube tell once.
    const isToldAgain = platform !== "discord" && platform !== "youtube";
    expect(stage.bodies()).toHaveLength(isToldAgain ? 2 : 1);
    expect(new Set(stage.bodies()).size).toBe(1);
  });

  test("delay: it comes later", async () => {
    await using stage = await stageWith({ kind: "delay", on: "webhook", ms: 150 }, 1);
    const startedAt = performance.now();
    await tellEdge(stage.simulators, platform);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(140);
    expect(stage.bodies()).toHaveLength(1);
  });

  test("reorder: it comes after what followed it", async () => {
    await using stage = await stageWith({ kind: "reorder", ms: 30_000 }, 1);
    const first = tellEdge(stage.simulators, platform);
    // The fault is taken when the first leaves, which is at once.
    await tellEdge(stage.simulators, platform);
    const [early] = stage.bodies();
    await first;
    const [, late] = stage.bodies();
    expect(stage.bodies()).toHaveLength(2);
    expect(late).not.toBe(early);
  });
});

test("what a platform cannot suffer is not taken by another way in", async () => {
  await using stage = await setStage();
  const { faults } = stage.simulators;
  for (const kind of ["op7", "op9", "op9-resumable", "close", "no-acks"] as const)
    faults.set({ platform: "discord", kind });
  expect(faults.take("discord", "api")).toBeUndefined();
  expect(faults.take("discord", "webhook")).toBeUndefined();
  expect(faults.take("discord", "gateway")?.kind).toBe("op7");
  faults.set({ platform: "irc", kind: "401" });
  expect([faults.take("irc", "gateway"), faults.take("irc", "api")]).toEqual([undefined, undefined]);
  expect(faults.take("irc", "login")?.kind).toBe("401");
});
