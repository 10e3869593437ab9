import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { launchBrowser, noBrowser } from "#test/e2e/browser";
import { startRehearsalServer } from "#test/fakes/rehearsal-server";
import { buildHub } from "#tools/start/build-hub";

const root = fileURLToPath(new URL("../../", import.meta.url));
const pictures = `${root}test-results/screenshots`;
const wide = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };

let browser: Browser;
let server: Awaited<ReturnType<typeof startRehearsalServer>>;
let page: Page;
let complaints: string[] = [];

interface Visit {
  viewport?: typeof wide;
  colorScheme?: "light" | "dark";
  locale?: string;
  path?: string;
}

async function visit(wish: Visit = {}) {
  const { viewport = wide, colorScheme = "light", locale = "en-GB", path = "/" } = wish;
  const context = await browser.newContext({ viewport, colorScheme, locale, reducedMotion: "reduce" });
  page = await context.newPage();
  page.setDefaultTimeout(8000);
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (line) => {
    if (/content security policy/i.test(line.text())) complaints.push(line.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(server.url)) complaints.push(`asked elsewhere: ${request.url()}`);
  });
  await page.goto(server.url + path);
}

const at = (testId: string) => page.getByTestId(testId);
const connection = (state: string) =>
  page.locator(`[data-testid="connection"][data-state="${state}"]`).waitFor();
const picture = (name: string) => page.screenshot({ path: `${pictures}/${name}.png` });

async function say(platform: string, text: string) {
  await at(`input-${platform}`).fill(text);
  await at(`input-${platform}`).press("Enter");
}

async function appears(testId: string, text: string | RegExp) {
  await at(testId).filter({ hasText: text }).last().waitFor();
}

beforeAll(async () => {
  if (noBrowser) return;
  await mkdir(pictures, { recursive: true });
  await buildHub();
  server = await startRehearsalServer({ dist: `${root}hub/dist` });
  browser = await launchBrowser();
}, 90_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

beforeEach(() => {
  if (noBrowser) return;
  server.clear();
  complaints = [];
});

afterEach(async () => {
  if (noBrowser) return;
  await page.context().close();
  expect(complaints).toEqual([]);
});

describe.skipIf(noBrowser)("a newcomer", { timeout: 40_000 }, () => {
  test("finds three quiet chats, an overlay, and something to try", async () => {
    await visit();
    await connection("connected");
    expect(await at("empty-pane").count()).toBe(3);
    await page.frameLocator('[data-testid="overlay-preview"] iframe').getByText("Pingu says").waitFor();
    await picture("rehearsal-empty-light-1440");
    await at("suggestion-0").click();
    expect(await at("input-twitch").inputValue()).toBe("!help");
    await page.keyboard.press("Enter");
    await appears("bot-reply", "I know: !help");
    expect(await at("ephemeral").count()).toBe(1);
  });

  test("adds a quote, reads it back, and sees why", async () => {
    await visit();
    await at("viewer-pingu").click();
    await say("twitch", '!quote add "Waddle on!" Pingu');
    await appears("bot-reply", "Added quote #1.");
    await say("slack", "!quote");
    await appears("bot-reply", "“Waddle on!” — Pingu");
    expect(server.told.said.map(({ platform, viewer }) => [platform, viewer])).toEqual([
      ["twitch", "pingu"],
      ["slack", "pingu"],
    ]);
    expect(await at("own-line").count()).toBe(0);
    expect(await at("viewer-line").count()).toBe(2);

    await at("pane-slack").getByTestId("bot-reply").getByTestId("why-toggle").click();
    const panel = at("pane-slack").getByTestId("why-panel");
    await panel.getByText("quotes › random").waitFor();
    const told = await panel.textContent();
    for (const fact of ["!quote", "needs everyone, has viewer", "everyone may", "8.6 ms", "worked"]) {
      expect(told).toContain(fact);
    }
    expect(await panel.getByTestId("why-steps").locator("li").count()).toBe(4);
  });

  test("who types nonsense is told why nothing came back", async () => {
    await visit();
    await at("viewer-pingu").click();
    await say("twitch", "!flubber");
    await appears("silence", "it does not know this command");
    await say("discord", "hello you");
    await appears("silence", "this is plain chat");
    await say("slack", '!alias add hi "!quote"');
    await appears("silence", "Only moderators can change aliases.");
    await at("send-twitch").click();
    await at("pane-twitch").getByText("Write something first.").waitFor();
    await at("pane-slack").getByTestId("why-toggle").click();
    await at("pane-slack").getByTestId("why-panel").getByText("not allowed").waitFor();
    await picture("rehearsal-silence-light-1440");
  });

  test("gets by with the keyboard alone", async () => {
    await visit();
    await at("input-twitch").waitFor();
    await page.keyboard.press("Tab");
    expect(await page.locator(":focus").textContent()).toBe("Skip to content");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    expect(await at("viewer-pingu").locator("input").isChecked()).toBe(true);
    for (let presses = 0; presses < 10; presses += 1) {
      await page.keyboard.press("Tab");
      if ((await page.locator(":focus").getAttribute("data-testid")) === "input-twitch") break;
    }
    await page.keyboard.type("!quote");
    await page.keyboard.press("Enter");
    await appears("bot-reply", "There are no quotes yet.");
    await page.keyboard.press("ArrowUp");
    expect(await at("input-twitch").inputValue()).toBe("!quote");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Enter");
    await at("why-panel").getByText("quotes › random").waitFor();
    await picture("rehearsal-keyboard-light-1440");
  });
});

describe.skipIf(noBrowser)("the stage", { timeout: 40_000 }, () => {
  test("makes events happen with the amounts asked for", async () => {
    await visit();
    await at("viewer-mo").click();
    await at("event-follow").click();
    await appears("event-news", "Mo now follows the channel.");
    await at("event-subscription").click();
    await appears("event-news", "Mo subscribed.");
    await at("amount-raid").fill("42");
    await at("event-raid").click();
    await appears("event-news", "Mo raids with 42.");
    await at("amount-cheer").fill("lots");
    await at("event-cheer").click();
    await appears("event-news", "whole number from 1 to 100,000");
    expect(server.told.events).toEqual([
      { viewer: "mo", kind: "follow" },
      { viewer: "mo", kind: "subscription" },
      { viewer: "mo", kind: "raid", amount: 42 },
    ]);
    expect(await at("pane-twitch").getByTestId("system-line").count()).toBe(3);
  });

  test("that refuses a line says why, and takes it when sent again", async () => {
    await visit();
    server.faults.failNextSays = 1;
    await say("twitch", "!quote");
    await appears("say-failed", "Not sent. Twitch takes at most 500 characters.");
    await picture("rehearsal-refused-light-1440");
    server.faults.failNextSays = 1;
    await at("retry").click();
    await page.locator('[data-testid="own-line"][data-state="failed"]').waitFor();
    await at("edit").click();
    expect(await at("input-twitch").inputValue()).toBe("!quote");
    expect(await at("own-line").count()).toBe(0);
    server.faults.failNextSays = 1;
    await page.keyboard.press("Enter");
    await at("retry").click();
    await appears("bot-reply", "There are no quotes yet.");
    expect(await at("own-line").count()).toBe(0);
    expect(await at("viewer-line").count()).toBe(1);
  });

  test("that goes away is waited for, and what was said meanwhile appears once", async () => {
    await visit();
    await connection("connected");
    server.faults.isStreamDown = true;
    server.dropStreams();
    await connection("reconnecting");
    const author = { kind: "viewer", name: "Gunter" };
    server.push({ id: "late", platform: "discord", entityId: "discord:1", at: 1, author, text: "wenk" });
    server.faults.isStreamDown = false;
    await connection("connected");
    await at("pane-discord").getByText("wenk").waitFor();
    expect(await at("viewer-line").count()).toBe(1);
  });

  test("that is not there is explained", async () => {
    server.faults.hasStage = false;
    await visit();
    await at("no-stage").getByText("npm start").waitFor();
    await picture("no-stage-light-1440");
  });
});

describe.skipIf(noBrowser)("the page", { timeout: 40_000 }, () => {
  async function fillStage() {
    await at("viewer-pingu").click();
    for (const text of ["hi everyone", '!quote add "Waddle on!" Pingu', "!quote"]) await say("twitch", text);
    await at("pane-twitch").getByTestId("bot-reply").getByText("“Waddle on!” — Pingu").waitFor();
    await at("pane-twitch").getByTestId("bot-reply").last().getByTestId("why-toggle").click();
    await at("pane-twitch").getByTestId("why-steps").waitFor();
  }

  test.each(["light", "dark"] as const)("wide and %s", async (colorScheme) => {
    await visit({ colorScheme });
    await fillStage();
    await say("discord", "!help");
    await appears("bot-reply", "I know");
    await at("viewer-mo").click();
    await say("slack", "!flubber");
    await appears("silence", "does not know");
    await picture(`rehearsal-${colorScheme}-1440`);
  });

  test.each(["light", "dark"] as const)("on a phone and %s shows one chat at a time", async (colorScheme) => {
    await visit({ viewport: phone, colorScheme });
    await fillStage();
    expect(await at("pane-discord").count()).toBe(0);
    const author = { kind: "viewer", name: "Gunter" };
    server.push({ id: "s1", platform: "slack", entityId: "slack:1", at: Date.now(), author, text: "wenk" });
    await at("tab-slack").getByText("new messages").waitFor();
    expect(await at("tab-discord").getByText("new messages").count()).toBe(0);
    await page.screenshot({ path: `${pictures}/rehearsal-${colorScheme}-390.png`, fullPage: true });
    await at("tab-discord").click();
    await say("discord", "!quote");
    await at("pane-discord").getByText("“Waddle on!” — Pingu").waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(phone.width);
  });

  test("speaks the browser's language, changes on request, and remembers who writes", async () => {
    await visit({ locale: "de-AT" });
    await page.getByRole("heading", { name: "Probe" }).waitFor();
    await at("viewer-gunter").click();
    await at("colour-switch").click();
    await picture("rehearsal-german-dark-1440");
    await at("language-switch").getByText("EN").click();
    await page.getByRole("heading", { name: "Rehearsal" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Rehearsal" }).waitFor();
    expect(await at("viewer-gunter").locator("input").isChecked()).toBe(true);
    expect(await page.locator("html").getAttribute("data-mantine-color-scheme")).toBe("dark");
    expect(await page.title()).toBe("Rehearsal · WaddleBot");
  });

  test("that does not exist says so and leads back", async () => {
    await visit({ path: "/nowhere" });
    await at("not-found").waitFor();
    await picture("not-found-light-1440");
    await page.getByRole("link", { name: "Back to the first page" }).click();
    await at("pane-twitch").waitFor();
  });
});
