import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { launchBrowser, noBrowser } from "#test/e2e/browser";
import {
  crowd,
  fillCommunities,
  ownerContext,
  personContext,
  scrollThrough,
} from "#test/e2e/hub-admin-stage";
import { phone, settle, wide } from "#test/e2e/hub-browser";
import { type RouterStack, startRouter } from "#test/e2e/router-client";
import { inProject } from "#tools/paths";
import { buildHub } from "#tools/start/build-hub";

const pictures = inProject("test-results", "hub-admin");
const patience = 30_000;

let router: RouterStack;
let browser: Browser;
let owner: BrowserContext;
let page: Page;

beforeAll(async () => {
  if (noBrowser) return;
  await mkdir(pictures, { recursive: true });
  await buildHub();
  router = await startRouter();
  await fillCommunities(router.database);
  browser = await launchBrowser();
  owner = await ownerContext(browser, router);
}, 240_000);

afterAll(async () => {
  await browser?.close();
  await router?.close();
});

beforeEach(async () => {
  if (noBrowser) return;
  page = await owner.newPage();
  page.setDefaultTimeout(patience);
});
afterEach(() => page?.close());

const at = (testId: string) => page.getByTestId(testId);
const says = (testId: string, text: string | RegExp) =>
  at(testId).filter({ hasText: text }).first().waitFor();

async function open(path: string): Promise<void> {
  await page.goto(new URL(path, router.stack.url).href);
  await settle(page);
}

/** Both widths of the page as it stands. */
async function picture(name: string): Promise<void> {
  for (const viewport of [phone, wide]) {
    await page.setViewportSize(viewport);
    await page.screenshot({ path: join(pictures, `${name}-${viewport.width}.png`) });
  }
}

describe.skipIf(noBrowser)("commands", { timeout: 120_000 }, () => {
  test("a built-in one gets the community's own cooldown, and a bad value is said at its field", async () => {
    await open("/c/demo/commands");
    await at("command-search").fill("!ping");
    await page.getByRole("button", { name: "Edit !ping" }).click();
    await at("field-cooldown").fill("-1");
    await at("command-save").click();
    await at("command-editor")
      .getByText(/Too small/)
      .waitFor();
    await picture("commands-editor");
    await at("field-cooldown").fill("30");
    await at("command-save").click();
    await says("commands", "30 s");
  });

  test("a line is tried as somebody else, with the reason", async () => {
    await open("/c/demo/commands");
    await at("simulate-user").fill("discord:4242");
    await at("simulate-text").fill("!ping");
    await at("simulate-run").click();
    await says("simulation-result", "It would run");
    await at("simulate-text").fill("!nosuchword");
    await at("simulate-run").click();
    await says("simulation-result", "not found");
    await picture("commands");
  });
});

describe.skipIf(noBrowser)("rules and timers", { timeout: 120_000 }, () => {
  test("a rule is tried while it is written, and watches first", async () => {
    await open("/c/demo/rules");
    await at("rule-new").click();
    await at("field-string").fill("herring");
    await at("rule-test-text").fill("I like HERRING");
    await says("rule-verdict", "This rule acts.");
    await at("rule-test-text").fill("I like krill");
    await says("rule-verdict", "leaves that line alone");
    await picture("rules-editor");
    await at("rule-save").click();
    await says("rules", "Shadow mode");
    await says("would-have-hit", "herring");
    await picture("rules");
  });

  test("a timer shows when it runs next, and a bad line of cron is said at its field", async () => {
    await open("/c/demo/timers");
    await at("timer-new").click();
    await at("field-payload").fill("drink water");
    await page.getByText("At set times (cron)").click();
    await at("field-cron").fill("61 * * * *");
    await at("timer-save").click();
    await page.locator('[data-testid="timer-editor"] [class*="error"]').first().waitFor();
    await page.getByText("Every so many minutes").click();
    await at("field-minutes").fill("30");
    await at("timer-save").click();
    await says("timers", /in (29|30) minutes/);
    await picture("timers");
  });
});

describe.skipIf(noBrowser)("modules", { timeout: 120_000 }, () => {
  test("HUB-4 a module is switched off in the UI and the router refuses its commands at once", async () => {
    await open("/c/demo/modules");
    await page.getByRole("switch", { name: "Core is on" }).press("Space");
    await says("module-core", "Off");
    expect(JSON.stringify(await router.say("!help"))).toContain("switched off");
    await page.getByRole("switch", { name: "Core is on" }).press("Space");
    // With its capital: "on" stands in other words too, and would not wait for the change.
    await says("module-core", /On(?![a-z])/);
    expect(JSON.stringify(await router.say("!help"))).not.toContain("switched off");
  });

  test("the settings form is made of the module's schema; what does not fit is said at its field", async () => {
    await open("/c/demo/modules");
    await at("settings-alerts").click();
    await at("setting-follow").fill("x".repeat(201));
    await at("settings-save").click();
    await at("settings-form")
      .getByText(/Too big/)
      .waitFor();
    await at("setting-follow").fill("ahoy {name}");
    await picture("modules-settings");
    await at("settings-save").click();
    await at("settings-form").waitFor({ state: "detached" });
    const said = await router.say("", {
      message_type: "follow",
      user_name: "Pip",
      message_content: undefined,
    });
    expect(JSON.stringify(said)).toContain("ahoy Pip");
    await picture("modules");
  });
});

describe.skipIf(noBrowser)("members", { timeout: 180_000 }, () => {
  test("HUB-7 45 people at 20 a page are 3 pages, with role and reputation", async () => {
    await open("/c/small/members");
    await at("member-limit").selectOption("20");
    await says("member-page", "Page 1 of 3");
    const second = page.locator('tr[data-row="1"]');
    await second.getByText("Penguin 2").waitFor();
    expect(await second.textContent()).toMatch(/Moderator\s*602/);
    await at("member-next").click();
    await page.locator('tr[data-row="20"]').getByText("Penguin 21").waitFor();
    await at("member-next").click();
    await says("member-page", "Page 3 of 3");
    await says("member-pager", "45 in all");
    await picture("members");
  });

  test("a note about somebody stays with them", async () => {
    await open("/c/small/members");
    await page.getByRole("button", { name: "Open Penguin 7", exact: true }).click();
    await at("note-text").fill("was kind to a newcomer");
    await at("note-save").click();
    await says("member-notes", "was kind to a newcomer");
    await picture("members-detail");
  });

  test("100,000 rows scroll without a blank, and jump anywhere", async () => {
    await open("/c/crowd/members");
    await says("member-pager", "100,000 in all");
    await page.locator('tr[data-row="5"]').getByText("Penguin 6").waitFor();
    const reading = await scrollThrough(page, 48, 120);
    const rushing = await scrollThrough(page, 900, 120);
    console.log("members: reading", reading, "rushing", rushing);
    expect([reading.blanks, rushing.blanks]).toEqual([0, 0]);
    await page.evaluate(`document.querySelector('[data-testid="member-list"]').scrollTo(0, ${48 * 75_000})`);
    await page.locator('tr[data-row="75001"]').getByText("Penguin 75002").waitFor();
    const rows = await page.locator("tr[data-row]").count();
    expect(rows).toBeLessThan(120);
    await at("member-search").fill("penguin 99999");
    await page.getByRole("button", { name: "Open Penguin 99999" }).waitFor();
    expect(crowd.people).toBe(100_000);
  });

  test("HUB-9 nobody is removed from the global community, and the page says why", async () => {
    await open("/c/waddlebot-global/members");
    await at("member-search").fill("twitch:0000001");
    await page
      .getByRole("button", { name: /^Open / })
      .first()
      .click();
    await at("member-remove").click();
    await at("confirm").click();
    await says("member-refused", "Cannot leave the global community");
    await picture("members-global");
  });
});

describe.skipIf(noBrowser)("community and history", { timeout: 120_000 }, () => {
  test("the profile is changed, a bad colour is said at its field, and an invitation's code is shown once", async () => {
    await open("/c/demo/community");
    await at("color-primary").fill("blue");
    await at("profile-save").click();
    await at("profile").getByText("is # and six hex digits").waitFor();
    await at("color-primary").fill("#1f6feb");
    await at("profile-description").fill("Where penguins meet");
    await at("profile-save").click();
    await page.getByText("Saved.").waitFor();
    await at("invite").click();
    expect(await at("invite-code").textContent()).toMatch(/^wbi_[\w-]{43}$/);
    await picture("community");
  });

  test("a change is taken back with one click, and the whole goes out as a file and comes in again", async () => {
    await router.ask("communities/2/modules/memories", { method: "PUT", json: { is_enabled: false } });
    await open("/c/demo/history");
    const newest = at("version").first();
    await newest.getByText("memories").first().waitFor();
    const [download] = await Promise.all([page.waitForEvent("download"), at("export").click()]);
    const file = join(pictures, "configuration.json");
    await download.saveAs(file);
    await newest.getByTestId("undo").click();
    await newest.getByText("taken back").waitFor();
    const { modules } = await router.ask("communities/2/modules");
    expect(modules).toContainEqual(expect.objectContaining({ module: "memories", is_enabled: true }));
    await picture("history");
    await page.locator('input[type="file"]').setInputFiles(file);
    await says("import-planned", "memories: new");
    await picture("history-import");
    await at("import-apply").click();
    await newest.getByText("from a file").waitFor();
    const bad = join(pictures, "bad.json");
    await writeFile(bad, JSON.stringify({ ...JSON.parse(await readFile(file, "utf8")), version: 9 }));
    await page.locator('input[type="file"]').setInputFiles(bad);
    await says("import-wrong", "version");
  });
});

describe.skipIf(noBrowser)("who may", { timeout: 120_000 }, () => {
  test("HUB-3 a member is turned away by page and server, a moderator sees the admin pages", async () => {
    const member = await personContext(browser, router, "member");
    const theirs = await member.newPage();
    await theirs.goto(new URL("/c/demo/commands", router.stack.url).href);
    await theirs.getByTestId("no-right").waitFor({ timeout: patience });
    const status = await theirs.evaluate(
      async () => (await fetch("/api/v1/router/commands?community_id=2")).status,
    );
    expect(status).toBe(403);
    await member.close();
    const moderator = await personContext(browser, router, "moderator");
    const mine = await moderator.newPage();
    for (const name of ["commands", "rules", "timers", "modules", "members", "community", "history"]) {
      await mine.goto(new URL(`/c/demo/${name}`, router.stack.url).href);
      await settle(mine);
      expect(await mine.getByTestId("problem").count(), name).toBe(0);
    }
    expect(await mine.getByTestId("export").count()).toBe(0);
    await moderator.close();
  });
});
