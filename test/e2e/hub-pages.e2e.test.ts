import { mkdir } from "node:fs/promises";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { launchBrowser, noBrowser } from "#test/e2e/browser";
import { findBarriers, listenForComplaints, phone, settle, signInAsOwner, wide } from "#test/e2e/hub-browser";
import { type HubPage, hubPages } from "#test/e2e/hub-pages";
import { type Stack, startStack } from "#test/e2e/stack";
import { inProject } from "#tools/paths";
import { buildHub } from "#tools/start/build-hub";

const pictures = inProject("test-results", "hub-pages");

let database: TestDatabase;
let stack: Stack;
let browser: Browser;
let signedIn: BrowserContext;
let stranger: BrowserContext;

beforeAll(async () => {
  if (noBrowser) return;
  await mkdir(pictures, { recursive: true });
  await buildHub();
  database = await openTestDatabase();
  stack = await startStack({ databaseUrl: database.url, databaseEndpoint: database.endpoint });
  browser = await launchBrowser();
  const look = { viewport: wide, colorScheme: "light", locale: "en-GB", reducedMotion: "reduce" } as const;
  signedIn = await browser.newContext(look);
  stranger = await browser.newContext(look);
  await signInAsOwner(signedIn, stack);
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await stack?.close();
  await database?.close();
});

/** Each look of a page, from one visit: the page follows the window's width and the system's colours by itself. */
const looks = [
  { viewport: wide, colorScheme: "light", isSearched: true },
  { viewport: wide, colorScheme: "dark", isSearched: false },
  { viewport: phone, colorScheme: "light", isSearched: false },
  // Each width and each scheme is searched for barriers once.
  { viewport: phone, colorScheme: "dark", isSearched: true },
] as const;

async function walk(page: Page, { name, path, ready }: HubPage): Promise<string[]> {
  const complaints = listenForComplaints(page, stack.url.origin);
  await page.goto(new URL(path, stack.url).href);
  await settle(page, ready);
  for (const { viewport, colorScheme, isSearched } of looks) {
    const look = `${viewport.width} ${colorScheme}`;
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor({ timeout: 30_000 });
    await settle(page, ready);
    const width = Number(await page.evaluate("document.documentElement.scrollWidth"));
    if (width > viewport.width) complaints.push(`${look}: ${width} px wide`);
    for (const barrier of isSearched ? await findBarriers(page) : []) complaints.push(`${look}: ${barrier}`);
    await page.screenshot({
      path: `${pictures}/${name}-${viewport.width}-${colorScheme}.png`,
      fullPage: viewport === phone,
    });
  }
  return complaints;
}

describe.skipIf(noBrowser)("every page at 1440 and 390 px, light and dark", () => {
  test.each(hubPages)("$name: no barrier, no complaint, nothing wider than the window", async (hubPage) => {
    const page = await (hubPage.isOpen ? stranger : signedIn).newPage();
    const complaints = await walk(page, hubPage);
    await page.close();
    expect(complaints).toEqual([]);
  });
});

describe.skipIf(noBrowser)("IRC networks", () => {
  test("IRC-1 one is added, tested, changed and removed on its page; what the server does not take is said at its field", {
    timeout: 120_000,
  }, async () => {
    const page = await signedIn.newPage();
    page.setDefaultTimeout(30_000);
    const at = (testId: string) => page.getByTestId(testId);
    const host = "irc.waddle.example";
    const says = (text: string) => at(`network-${host}`).filter({ hasText: text }).waitFor();
    await page.goto(new URL("/c/demo/connections/irc", stack.url).href);
    await settle(page);
    await at("network-new").click();
    await at("network-host").fill("not a host");
    await at("network-nick").fill("waddle");
    await at("network-save").click();
    await page.locator('[data-testid="network-editor"] [class*="error"]').first().waitFor();
    await at("network-host").fill(host);
    await at("network-save").click();
    await says("as waddle");
    await at(`network-test-${host}`).click();
    await says("no active channel, so nobody connects");
    await at(`network-edit-${host}`).click();
    await at("network-nick").fill("quack");
    await at("network-save").click();
    await says("as quack");
    await at(`network-remove-${host}`).click();
    await at("confirm").click();
    await at(`network-${host}`).waitFor({ state: "detached" });
    await page.close();
  });
});
