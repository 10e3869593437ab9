import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { type OverlayContent, overlayContent } from "#contracts/overlay";
import { overlayTheme } from "#contracts/overlay-theme";
import { until } from "#test/fakes/gateway-socket.workerd";
import { anOverlay, aPage, openPage } from "#test/fakes/overlay-page.workerd";
import { chatsAsked } from "#test/fakes/test-worker.workerd";

const aTicker = (text: string): OverlayContent => overlayContent.parse({ type: "ticker", text });
const aLine = (text: string) => ({
  key: `line-${text}`,
  line: { type: "line" as const, platform: "twitch", name: "Mo", text, badges: [] },
});
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n);

async function showMany(overlay: ReturnType<typeof anOverlay>, count: number): Promise<void> {
  for (let n = 1; n <= count; n++) await overlay.show(`key-${n}`, aTicker(`t${n}`));
}

test("OBS-2 a ticker without a duration reaches a page once, with ten seconds, however often it is delivered", async () => {
  const overlay = anOverlay();
  const page = await aPage(overlay, "ticker");
  expect(await overlay.show("effect-1", aTicker("hello"))).toEqual({ part: "ticker", seq: 1, pages: 1 });
  expect(await overlay.show("effect-1", aTicker("hello"))).toEqual({ part: "ticker", seq: 1, pages: 0 });
  await overlay.show("effect-2", aTicker("bye"));
  await page.hears(2);
  expect(page.shown()).toMatchObject([
    { part: "ticker", seq: 1, content: { text: "hello", durationSeconds: 10 } },
    { part: "ticker", seq: 2, content: { text: "bye" } },
  ]);
});

test("OBS-4 both pages of a community get it, a page of another type and one of another community do not", async () => {
  const overlay = anOverlay();
  const pages = [await aPage(overlay, "ticker"), await aPage(overlay, "scene")];
  const others = [await aPage(overlay, "media"), await aPage(anOverlay(), "ticker")];
  await overlay.show("effect", aTicker("for two"));
  for (const page of pages) await page.hears(1);
  await Promise.all(others.map((page) => page.greeted()));
  expect(pages.map((page) => page.texts())).toEqual([["for two"], ["for two"]]);
  expect(others.map((page) => page.shown())).toEqual([[], []]);
});

test("OBS-6 a page that comes back gets what it missed, in order, also from an object that was evicted meanwhile", async () => {
  const overlay = anOverlay();
  await showMany(overlay, 3);
  await evictDurableObject(overlay);
  await showMany(overlay, 5);
  const page = await aPage(overlay, "ticker", { last: "ticker:2" });
  await page.hears(3);
  expect(page.shown().map(({ seq }) => seq)).toEqual([3, 4, 5]);
  expect(page.hello()).toMatchObject({ heads: { ticker: 5 }, state: [] });
});

test("OBS-6 of a hundred pages half are cut at once and come back: each has every frame once and in order", async () => {
  const overlay = anOverlay();
  const pages = await Promise.all(numbers(1, 100).map(() => aPage(overlay, "ticker")));
  await showMany(overlay, 20);
  await Promise.all(pages.map((page) => page.hears(20)));
  const [cut, kept] = [pages.slice(0, 50), pages.slice(50)];
  for (const page of cut) page.close();
  await Promise.all(cut.map((page) => page.closed));
  const [, again] = await Promise.all([
    showMany(overlay, 60),
    Promise.all(cut.map(() => aPage(overlay, "ticker", { last: "ticker:20" }))),
  ]);
  await Promise.all([...kept.map((page) => page.hears(60)), ...again.map((page) => page.hears(40))]);
  const seqsOf = (page: (typeof pages)[number]) => page.shown().map(({ seq }) => seq);
  for (const page of kept) expect(seqsOf(page)).toEqual(numbers(1, 60));
  for (const page of again) expect(seqsOf(page)).toEqual(numbers(21, 60));
});

test("a socket lives on through the object's sleep and hears what is shown after it", async () => {
  const overlay = anOverlay();
  const page = await aPage(overlay, "ticker");
  await showMany(overlay, 1);
  await evictDurableObject(overlay, { webSockets: "hibernate" });
  await overlay.show("later", aTicker("still here"));
  await page.hears(2);
  expect(page.texts()).toEqual(["t1", "still here"]);
  expect((await overlay.status()).pages).toMatchObject([{ type: "ticker" }]);
});

test("the ring keeps 500 of a part; more than that are missed and said to be, and lines push no ticker out", async () => {
  const overlay = anOverlay();
  await showMany(overlay, 503);
  await overlay.showLines(numbers(1, 600).map((n) => aLine(String(n))));
  const page = await aPage(overlay, "scene", { last: "ticker:1,chat:590" });
  await page.hears(510);
  expect(page.heard[1]).toEqual({ type: "gap", part: "ticker", seq: 3, missed: 2 });
  expect(
    page
      .shown()
      .filter(({ part }) => part === "ticker")
      .map(({ seq }) => seq),
  ).toEqual(numbers(4, 503));
  expect(
    page
      .shown()
      .filter(({ part }) => part === "chat")
      .map(({ seq }) => seq),
  ).toEqual(numbers(591, 600));
});

test("a page that comes anew is told how things are: goal, song, captions of five minutes, last lines; no old ticker", async () => {
  const overlay = anOverlay();
  await overlay.show("goal-1", overlayContent.parse({ type: "goal", title: "Fish", current: 1, target: 9 }));
  await overlay.show("goal-2", overlayContent.parse({ type: "goal", title: "Fish", current: 2, target: 9 }));
  await overlay.show("song", overlayContent.parse({ type: "music", title: "Waddle" }));
  for (const n of numbers(1, 12))
    await overlay.show(`caption-${n}`, overlayContent.parse({ type: "caption", text: `c${n}` }));
  await overlay.show("old", aTicker("old"));
  await overlay.showLines(numbers(1, 30).map((n) => aLine(String(n))));
  await runInDurableObject(overlay, (_, { storage }) => {
    storage.sql.exec("UPDATE shown SET at = at - 300001 WHERE part = 'captions' AND seq <= 4");
  });
  const page = await aPage(overlay, "scene");
  await page.greeted();
  const state = page.hello().state.map(({ content }) => content);
  expect(state.filter(({ type }) => type === "goal")).toMatchObject([{ current: 2 }]);
  expect(state.filter(({ type }) => type === "music")).toMatchObject([{ title: "Waddle" }]);
  expect(state.flatMap((content) => (content.type === "caption" ? [content.text] : []))).toEqual(
    numbers(5, 12).map((n) => `c${n}`),
  );
  expect(state.filter(({ type }) => type === "line")).toHaveLength(20);
  expect(state.filter(({ type }) => type === "ticker")).toEqual([]);
});

test("what arrived and what was shown is acknowledged, the first time counts, and a page speaks for its own parts only", async () => {
  const overlay = anOverlay();
  const page = await aPage(overlay, "ticker");
  const stranger = await aPage(overlay, "media");
  await showMany(overlay, 2);
  await page.hears(2);
  expect(await overlay.receipt("ticker", 1)).toEqual({ deliveredAt: null, playedAt: null, result: null });
  stranger.ack({ delivered: { ticker: 2 }, played: [{ part: "ticker", seq: 1, result: "played" }] });
  page.ack({ delivered: { ticker: 99 }, played: [] });
  page.ack({ delivered: { ticker: 2 }, played: [{ part: "ticker", seq: 1, result: "failed" }] });
  page.ack({ delivered: {}, played: [{ part: "ticker", seq: 1, result: "played" }] });
  page.ack({ delivered: {}, played: [{ part: "ticker", seq: 1, result: "dropped" }] });
  await until(async () => (await overlay.receipt("ticker", 1))?.result === "played");
  expect(await overlay.receipt("ticker", 2)).toMatchObject({
    deliveredAt: expect.any(Number),
    result: null,
  });
  expect(await overlay.receipt("ticker", 3)).toBeUndefined();
  const { pages } = await overlay.status();
  expect(Object.fromEntries(pages.map(({ type, delivered }) => [type, delivered]))).toEqual({
    ticker: { ticker: 2 },
    media: {},
  });
});

test.each([
  ["nonsense", "{"],
  ["a wish of its own", JSON.stringify({ type: "show", text: "x" })],
  ["too much", JSON.stringify({ type: "ack", delivered: {}, played: [], more: "x".repeat(10_001) })],
])("threats row 6: a page that sends %s is closed and nothing happens", async (_, text) => {
  const overlay = anOverlay();
  const page = await aPage(overlay, "ticker");
  page.send(text);
  expect(await page.closed).toBe(1008);
  expect((await overlay.status()).newest).toEqual([]);
});

test("OBS-5 a revoked token's pages are closed at once and never let in again; another's stay", async () => {
  const overlay = anOverlay();
  const old = await aPage(overlay, "ticker", { tokenHash: "old" });
  const fresh = await aPage(overlay, "ticker", { tokenHash: "new" });
  await overlay.revoke("old", Date.now());
  expect(await old.closed).toBe(1008);
  await evictDurableObject(overlay, { webSockets: "hibernate" });
  expect((await openPage(overlay, "ticker", { tokenHash: "old" })).status).toBe(401);
  await overlay.show("effect", aTicker("for the new one"));
  await fresh.hears(1);
});

test("OBS-5 with a grace the old token works until its end, and its pages close then", async () => {
  const overlay = anOverlay();
  const old = await aPage(overlay, "ticker", { tokenHash: "old" });
  await overlay.revoke("old", Date.now() + 300_000);
  const late = await aPage(overlay, "ticker", { tokenHash: "old" });
  await overlay.show("effect", aTicker("in the grace"));
  await Promise.all([old.hears(1), late.hears(1)]);
  await runInDurableObject(overlay, (_, { storage }) => {
    storage.sql.exec("UPDATE revoked SET at = ?", Date.now() - 1);
  });
  expect(await runDurableObjectAlarm(overlay)).toBe(true);
  expect(await Promise.all([old.closed, late.closed])).toEqual([1008, 1008]);
  expect((await openPage(overlay, "ticker", { tokenHash: "old" })).status).toBe(401);
});

test("a theme reaches the pages it is for at once, and those that come later", async () => {
  const overlay = anOverlay();
  const [ticker, scene, media] = [
    await aPage(overlay, "ticker"),
    await aPage(overlay, "scene"),
    await aPage(overlay, "media"),
  ];
  await Promise.all([ticker, scene, media].map((page) => page.greeted()));
  const theme = overlayTheme.parse({ accentColor: "#ff0000" });
  await overlay.setTheme("ticker", theme);
  await until(() => ticker.heard.length > 1 && scene.heard.length > 1);
  expect([ticker.heard[1], scene.heard[1]]).toEqual([
    { type: "themes", themes: { ticker: theme } },
    { type: "themes", themes: { ticker: theme } },
  ]);
  expect(media.heard).toHaveLength(1);
  await evictDurableObject(overlay, { webSockets: "hibernate" });
  const late = await aPage(overlay, "ticker");
  await late.greeted();
  expect(late.hello().themes).toEqual({ ticker: theme });
});

test("the chat is asked for while a page shows it, renewed by the alarm, and not once nobody does", async () => {
  const overlay = anOverlay();
  const asked = () => chatsAsked.filter(({ communityId }) => communityId === overlay.communityId);
  await aPage(overlay, "ticker");
  expect(await runDurableObjectAlarm(overlay)).toBe(false);
  const page = await aPage(overlay, "chat");
  await until(() => asked().length === 1);
  expect(asked()[0]?.until).toBeGreaterThan(Date.now() + 300_000);
  await evictDurableObject(overlay, { webSockets: "hibernate" });
  expect(await runDurableObjectAlarm(overlay)).toBe(true);
  await until(() => asked().length === 2);
  page.close();
  await until(async () => (await overlay.status()).pages.length === 1);
  await evictDurableObject(overlay, { webSockets: "hibernate" });
  expect(await runDurableObjectAlarm(overlay)).toBe(true);
  expect(await runDurableObjectAlarm(overlay)).toBe(false);
  expect(asked()).toHaveLength(2);
});

test("the 1,001st page is refused until one has left", async () => {
  const overlay = anOverlay();
  const pages = await Promise.all(Array.from({ length: 1000 }, () => aPage(overlay, "goal")));
  expect((await openPage(overlay, "goal")).status).toBe(503);
  pages[0]?.close();
  await until(async () => (await openPage(overlay, "goal")).status === 101);
});
