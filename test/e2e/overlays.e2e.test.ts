import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { overlayType } from "#contracts/overlay";
import { noBrowser } from "#test/e2e/browser";
import { freeze, keepSockets, keepVoice, stopHalfway } from "#test/e2e/inside-overlay";
import { openOldOverlay } from "#test/e2e/overlay-client";
import { attackPage, watchHarm } from "#test/e2e/overlay-hostile";
import { statusesFor } from "#test/e2e/overlay-rights";
import { type OverlayStage, openStage } from "#test/e2e/overlay-stage";
import { demoId } from "#test/e2e/router-client";
import { eventually } from "#test/e2e/stack";
import { hostileTexts } from "#test/suites/hostile-texts";

const overlays = `/api/v1/communities/${demoId}/overlays`;
const made = z.object({ data: z.object({ path: z.string(), url: z.string() }) });

let stage: OverlayStage;
beforeAll(async () => {
  if (!noBrowser) stage = await openStage();
});
afterAll(() => stage?.close());

const cut = (page: Page) => page.evaluate(() => Reflect.get(globalThis, "sockets").at(-1).close());
/** The same machine under its other name. */
const frameOrigin = () => stage.stack.url.origin.replace("127.0.0.1", "localhost");

describe.skipIf(noBrowser)("overlays in a real browser", () => {
  test("OBS-1 a valid token opens page and socket and leaves the address; any other is a 404 and no socket", async () => {
    const page = await stage.open("ticker");
    await stage.connected(page);
    expect(page.url()).toBe(new URL("/overlay/open/ticker", stage.stack.url).href);
    expect(await page.locator("#health").textContent()).toMatch(
      /^Connected · The Waddle Inn · ticker · no event yet · WaddleBot \d/,
    );
    await page.reload();
    await stage.connected(page);
    await page.close();
    const { ticker } = stage.stack.secrets.overlayTokens;
    const answers = [
      `/overlay/${ticker}/ticker`,
      `/browser/source/${ticker}/ticker`,
      `/browser/source/${ticker}/media`,
      `/overlay/${"0".repeat(64)}/ticker`,
    ];
    const responses = await Promise.all(answers.map((path) => fetch(new URL(path, stage.stack.url))));
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 404, 404]);
    for (const { headers } of responses) {
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("content-security-policy")).not.toContain("unsafe-inline");
    }
    const old = await openOldOverlay(stage.stack.url, ticker, "ticker");
    await eventually(
      () => old.frames,
      (frames) => frames[0]?.type === "hello",
    );
    old.close();
    expect(await (await openOldOverlay(stage.stack.url, "0".repeat(64), "ticker")).closed).toBe(1008);
  });

  test("OBS-2 a ticker without a duration runs ten seconds, once; a test says that it was delivered and played", async () => {
    const page = await stage.open("ticker");
    await stage.connected(page);
    const { seq, pages } = await stage.display("ticker", "Waddle on, everybody");
    expect(pages).toBe(1);
    const run = page.locator(".ticker > .run");
    await run.waitFor();
    expect(await run.evaluate(stopHalfway)).toEqual([10_000]);
    await stage.picture(page, "ticker-1080");
    expect(await stage.ended("ticker", seq)).toBe("played");
    expect(await page.locator(".ticker").count()).toBe(0);
    await page.close();
  });

  test("OBS-3 of 101 tickers that wait the least important is dropped, and said to be", async () => {
    const page = await stage.open("ticker");
    await stage.connected(page);
    await stage.display("ticker", "first of all", { duration: 600 });
    await page.locator(".ticker").waitFor();
    const low = await stage.display("ticker", "least", { priority: 1 });
    for (let n = 1; n <= 100; n++) await stage.display("ticker", `waiting ${n}`);
    expect(await stage.ended("ticker", low.seq)).toBe("dropped");
    expect(await stage.resultOf("ticker", low.seq + 1)).toBeNull();
    await page.close();
  });

  test("OBS-4 two overlays of one community get it, one of another community does not", async () => {
    const foreign = await stage.open("alerts", { token: await stage.elsewhere(70, "alerts") });
    const own = [await stage.open("alerts"), await stage.open("scene")];
    for (const page of [foreign, ...own]) await stage.connected(page);
    await stage.display("alerts", { kind: "raid", name: "Zoe", text: "with 40 viewers" });
    for (const page of own) await page.locator(".alert .name", { hasText: "Zoe" }).waitFor();
    expect(await foreign.locator(".alert").count()).toBe(0);
    await stage.picture(own[0] ?? foreign, "alerts-1080");
    for (const page of [foreign, ...own]) await page.close();
  });

  test("OBS-5 a new token ends the old page at once, or after the grace where that is asked for", async () => {
    const page = await stage.open("form");
    await stage.connected(page);
    const first = await stage.ask(`${overlays}/form/rotate`, { grace: true });
    const next = made.parse(first.body).data;
    expect(next.path).toMatch(/^\/overlay\/[0-9a-f]{64}\/form$/);
    const second = await stage.open("form", { token: next.path.split("/")[2] ?? "" });
    await stage.connected(second);
    await stage.display("form", {
      title: "Sign up",
      fields: [{ name: "a", type: "text", label: "Your name" }],
      submitUrl: "x",
    });
    for (const one of [page, second]) await one.locator(".card .title", { hasText: "Sign up" }).waitFor();
    await stage.picture(second, "form-1080");
    expect((await stage.ask(`${overlays}/form/rotate`, {})).status).toBe(201);
    for (const one of [page, second]) await one.locator(".card").waitFor({ state: "detached" });
    expect((await fetch(new URL(next.path, stage.stack.url))).status).toBe(404);
    await Promise.all([page, second].map((one) => one.close()));
  });

  test("OBS-6 a page that loses its socket comes back by itself and shows what it missed", async () => {
    await stage.context.addInitScript(keepSockets);
    const page = await stage.open("captions");
    await stage.connected(page);
    await cut(page);
    await stage.display("captions", { text: "said meanwhile", speaker: "Mo" });
    await page.locator(".caption", { hasText: "said meanwhile" }).waitFor();
    await stage.picture(page, "captions-1080");
    await page.close();
  });

  test("OBS-7 HTML is shown in a sandbox on another origin, its script is not run and asks for nothing", async () => {
    const page = await stage.open("general");
    await stage.connected(page);
    const harm = watchHarm(page, [stage.stack.url.origin, frameOrigin()]);
    const html = `<h2 style="color:#ffd166">Hello <b>there</b></h2><script>globalThis.hostile=1</script><img src="https://hostile.invalid/x" onerror="globalThis.hostile=1"><p style="background:url(https://hostile.invalid/y)">safe</p>`;
    const { seq } = await stage.display("general", { content_type: "html", content: html }, { duration: 5 });
    const frame = page.frameLocator("iframe.html");
    await frame.locator("h2", { hasText: "Hello there" }).waitFor();
    expect(await page.locator("iframe.html").getAttribute("sandbox")).toBe("allow-scripts");
    expect(await page.locator("iframe.html").getAttribute("src")).toBe(`${frameOrigin()}/overlay/frame`);
    expect(await frame.locator("body").innerHTML()).toBe(
      '<h2 style="color:#ffd166">Hello <b>there</b></h2><p>safe</p>',
    );
    await stage.picture(page, "general-html-1080");
    expect(await stage.ended("general", seq)).toBe("played");
    expect(await harm()).toEqual([]);
    await page.close();
  });

  test("HRD-5 threats row 9: over a thousand hostile texts in every field run nothing and ask for nothing", async () => {
    const page = await stage.open("scene");
    await stage.connected(page);
    const harm = watchHarm(page, [stage.stack.url.origin, frameOrigin()]);
    const { texts, strange, fields, framed } = await attackPage(page, frameOrigin());
    expect(texts).toBeGreaterThan(1000);
    expect({ strange, fields, framed }).toEqual({ strange: 0, fields: texts * 8, framed: texts });
    for (const text of hostileTexts().filter((_, n) => n % 100 === 0)) {
      await stage.display("chat", { platform: "twitch", name: text, text });
      await stage.display("goal", { title: text.slice(0, 100), current: 1, target: 2 });
    }
    await page.locator(".line").first().waitFor();
    expect(await harm()).toEqual([]);
    await page.close();
  });

  test("what people say reaches an open chat box, an alert its overlay; goal and song are there for whoever comes later", async () => {
    const page = await stage.open("scene");
    await stage.connected(page);
    await eventually(
      async () => {
        await stage.stack.simulators.twitch.sendChat({ viewer: "mo", text: "Look, fish!" });
        await page.waitForTimeout(250);
        return page.locator(".line", { hasText: "Look, fish!" }).count();
      },
      (count) => count > 0,
      30_000,
    );
    await stage.stack.simulators.twitch.sendEvent({ kind: "follow", viewer: "bob" });
    await page.locator('.alert[data-kind="follow"]').waitFor();
    await stage.display("goal", { title: "Fish for all", current: 3, target: 4, unit: "kg" });
    await stage.display("music", {
      title: "Slippery Slope",
      artist: "The Waddlers",
      durationSeconds: 200,
      positionSeconds: 50,
    });
    await page.locator(".goal").waitFor();
    await stage.picture(page, "scene-1080");
    await page.setViewportSize({ width: 480, height: 270 });
    await stage.picture(page, "scene-270");
    await page.close();
    for (const type of ["goal", "music", "chat"] as const) {
      const late = await stage.open(type);
      await late.locator(".goal, .music, .line").first().waitFor();
      await stage.picture(late, `${type}-1080`);
      await late.close();
    }
  });

  test("media that does not come is skipped, and what waits goes on", async () => {
    const page = await stage.open("media");
    await stage.connected(page);
    const none = { media_type: "image", media_url: "https://127.0.0.1:9/none.png" };
    const { seq } = await stage.display("media", none);
    expect(await stage.ended("media", seq)).toBe("failed");
    await page.close();
  });

  test("a theme is checked, kept and worn by open pages at once; what it says of the voice is heard", async () => {
    await stage.context.addInitScript(keepVoice);
    const page = await stage.open("alerts");
    await stage.connected(page);
    const theme = {
      accentColor: "#ff5d8f",
      position: "bottom-left",
      scale: 1.4,
      font: "Georgia",
      animation: "pop",
      speech: { language: "de" },
    };
    expect((await stage.ask(`${overlays}/alerts/theme`, { ...theme, css: "*{}" }, "PUT")).status).toBe(400);
    expect((await stage.ask(`${overlays}/alerts/theme`, theme, "PUT")).status).toBe(200);
    await page.locator('.part[data-position="bottom-left"]').waitFor();
    const { body } = await stage.ask(`${overlays}/alerts/test`, {}, "POST");
    await page.locator(".alert").waitFor();
    await stage.picture(page, "alerts-themed-1080");
    expect(await page.evaluate(() => Reflect.get(globalThis, "said"))).toEqual([
      expect.stringMatching(/^de Pingu/),
    ]);
    const { part, seq } = z.object({ data: z.object({ part: z.string(), seq: z.int() }) }).parse(body).data;
    expect(await stage.ended(part, seq)).toBe("played");
    await page.close();
  });

  test("a page that is frozen is loaded anew and goes on with what waited; its health is seen ten seconds, then nothing", async () => {
    const page = await stage.context.newPage();
    await page.clock.install();
    await page.addInitScript(freeze);
    await page.goto(
      new URL(`/overlay/${stage.stack.secrets.overlayTokens.ticker}/ticker`, stage.stack.url).href,
    );
    await stage.connected(page);
    await page.clock.runFor(10_000);
    expect(await page.locator("#health").isVisible()).toBe(false);
    for (const text of ["cut off", "waited"]) await stage.display("ticker", text, { duration: 100 });
    await page.locator(".ticker", { hasText: "cut off" }).waitFor();
    const again = page.waitForEvent("load");
    await page.clock.runFor(40_000);
    await again;
    await page.locator(".ticker", { hasText: "cut off" }).waitFor();
    await page.clock.runFor(101_000);
    await page.locator(".ticker", { hasText: "waited" }).waitFor();
    await page.close();
  });

  test("moderators look and test, only admins give addresses and looks, and nobody sees a foreign community's", async () => {
    const calls = [
      ["GET", overlays],
      ["POST", `${overlays}/goal/test`],
      ["POST", `${overlays}/goal/rotate`],
      ["PUT", `${overlays}/goal/theme`],
      ["GET", overlays.replace(String(demoId), "70")],
      ["GET", `/browser/source/admin/tokens?community_id=${demoId}`],
    ] as const;
    const moderator = await statusesFor(stage, { user: "meg", role: "moderator" }, calls);
    expect(moderator).toEqual([200, 200, 403, 403, 404, 403]);
    const member = await statusesFor(stage, { user: "vic", role: "user" }, calls);
    expect(member).toEqual([403, 403, 403, 403, 404, 403]);
    const listed = JSON.stringify((await stage.ask(overlays)).body);
    expect(listed).not.toMatch(/[0-9a-f]{64}/);
    expect((await fetch(new URL("/browser/source/stats", stage.stack.url))).status).toBe(200);
    expect((await fetch(new URL("/browser/source/health", stage.stack.url))).status).toBe(200);
  });

  test("each overlay's script is at most 30 KB gzipped, and a page that is open asks for nothing more", async () => {
    const page = await stage.context.newPage();
    const scripts = new Map<string, number>();
    page.on("response", async (response) => {
      if (response.url().endsWith(".js"))
        scripts.set(response.url(), gzipSync(await response.body()).byteLength);
    });
    for (const type of overlayType.options) {
      scripts.clear();
      await page.goto(new URL(`/overlay/preview/${type}`, stage.stack.url).href, {
        waitUntil: "networkidle",
      });
      const bytes = [...scripts.values()].reduce((sum, size) => sum + size, 0);
      expect(bytes, type).toBeGreaterThan(1000);
      expect(bytes, type).toBeLessThanOrEqual(30 * 1024);
      console.log(`overlay ${type}: ${(bytes / 1024).toFixed(1)} KiB of script gzipped`);
    }
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.waitForTimeout(1500);
    expect(asked).toEqual([]);
    await page.close();
  });
});
