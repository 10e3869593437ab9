import { expect, test } from "vitest";
import { makeFaults } from "#simulators/faults";
import { makeRandom } from "#simulators/random";
import { setStage } from "#simulators/testing";

test("the same seed gives the same chance, another seed another", () => {
  const draw = (seed: number) => {
    const faults = makeFaults(makeRandom(seed));
    faults.set({ platform: "twitch", kind: "401", ratio: 0.3 });
    return Array.from({ length: 200 }, () => (faults.take("twitch", "api") ? "x" : ".")).join("");
  };
  expect(draw(7)).toBe(draw(7));
  expect(draw(7)).not.toBe(draw(8));
  expect(draw(7).split("x").length - 1).toBeGreaterThan(30);
});

test("what one platform draws does not shift another", () => {
  const draw = (isDisturbed: boolean) => {
    const faults = makeFaults(makeRandom(7));
    faults.set({ platform: "slack", kind: "500", ratio: 0.5 });
    faults.set({ platform: "discord", kind: "500", ratio: 0.5 });
    return Array.from({ length: 50 }, () => {
      if (isDisturbed) faults.take("discord", "api");
      return faults.take("slack", "api") !== undefined;
    });
  };
  expect(draw(true)).toEqual(draw(false));
});

test("two runs with one seed send the same ids in the same order", async () => {
  const run = async () => {
    await using stage = await setStage(undefined, { seed: 42 });
    const { twitch, slack } = stage.simulators;
    const ids = [];
    for (const text of ["a", "b"]) ids.push((await twitch.sendChat({ viewer: "bob", text })).eventId);
    ids.push((await slack.sendChat({ viewer: "bob", text: "c" })).eventId);
    return ids;
  };
  expect(await run()).toEqual(await run());
});

test("the API fails as asked, as often as asked, and then works again", async () => {
  await using stage = await setStage();
  const { url, secrets, faults, slack } = stage.simulators;
  const send = async (text: string) => {
    const response = await fetch(`${url}/slack/api/chat.postMessage`, {
      method: "POST",
      headers: { authorization: `Bearer ${secrets.slack.botToken}`, "content-type": "application/json" },
      body: JSON.stringify({ channel: "C0LOUNGE01", text }),
    });
    return { status: response.status, retryAfter: response.headers.get("retry-after") };
  };
  faults.set({ platform: "slack", kind: "429", ms: 2000 });
  faults.set({ platform: "slack", kind: "500", times: 2 });
  faults.set({ platform: "slack", kind: "drop" });
  expect(await send("1")).toEqual({ status: 429, retryAfter: "2" });
  expect(await send("2")).toMatchObject({ status: 500 });
  expect(await send("3")).toMatchObject({ status: 500 });
  await expect(send("said, but nobody heard the answer")).rejects.toThrow();
  expect(await send("5")).toMatchObject({ status: 200 });
  expect(slack.messages().map(({ text }) => text)).toEqual(["said, but nobody heard the answer", "5"]);
});

test("a lost answer is sent again under the same id, a duplicate arrives twice", async () => {
  await using stage = await setStage();
  const { faults, twitch } = stage.simulators;
  const ids = () => stage.edge.requests.map(({ headers }) => headers.get("twitch-eventsub-message-id"));
  faults.set({ platform: "twitch", kind: "drop", on: "webhook" });
  expect(await twitch.sendChat({ viewer: "bob", text: "lost" })).toMatchObject({
    status: "delivered",
    attempts: 2,
  });
  expect(new Set(ids()).size).toBe(1);
  faults.set({ platform: "twitch", kind: "duplicate" });
  expect(await twitch.sendChat({ viewer: "bob", text: "twice" })).toMatchObject({ attempts: 1 });
  expect(ids()).toHaveLength(4);
  expect(new Set(ids()).size).toBe(2);
});

test("a reordered event arrives after the one that followed it", async () => {
  await using stage = await setStage(undefined, { delayScale: 1 });
  const { faults, twitch } = stage.simulators;
  faults.set({ platform: "twitch", kind: "reorder" });
  const first = twitch.startChat({ viewer: "bob", text: "first" });
  await twitch.sendChat({ viewer: "bob", text: "second" });
  await first.sent;
  expect(stage.edge.requests.map(({ body }) => JSON.parse(body).event.message.text)).toEqual([
    "second",
    "first",
  ]);
});

test("the sending side keeps its own books", async () => {
  const books: string[] = [];
  await using stage = await setStage((_, count) => new Response(null, { status: count === 0 ? 503 : 204 }), {
    onAttempt: ({ platform, number, status }) => books.push(`${platform} ${number} ${status}`),
  });
  await stage.simulators.twitch.sendChat({ viewer: "bob", text: "hi" });
  expect(books).toEqual(["twitch 0 503", "twitch 1 204"]);
});
