import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { launchBrowser, noBrowser } from "#test/e2e/browser";
import { freeAnswers } from "#test/e2e/free-strings";
import { fillCommunities, ownerContext } from "#test/e2e/hub-admin-stage";
import { settle } from "#test/e2e/hub-browser";
import { hubPages } from "#test/e2e/hub-pages";
import { watchHarm } from "#test/e2e/overlay-hostile";
import { type RouterStack, startRouter } from "#test/e2e/router-client";
import { hostileTexts } from "#test/suites/hostile-texts";
import { buildHub } from "#tools/start/build-hub";

const texts = hostileTexts();
/** So many rows of each list come at once, each with other texts. */
const copies = 26;
/** The texts go on from page to page. `HOSTILE_ROUNDS=64` brings every text to every page: the long form. */
const rounds = Number(process.env["HOSTILE_ROUNDS"] ?? 5);
/** A page that has to share a small machine with others takes its time. */
const patience = 180_000;
const outcome = z.object({
  seen: z.array(z.string()),
  inMain: z.int(),
  strange: z.array(z.string()),
  hasSlipped: z.boolean(),
});

let router: RouterStack;
let browser: Browser;
let owner: BrowserContext;
let spoiled: BrowserContext;
const seenAnywhere = new Set<string>();
let fields = 0;

beforeAll(async () => {
  if (noBrowser) return;
  await buildHub();
  router = await startRouter();
  await fillCommunities(router.database);
  browser = await launchBrowser();
  owner = await ownerContext(browser, router);
  spoiled = await ownerContext(browser, router);
  const openapi: unknown = await (await fetch(new URL("/openapi.json", router.stack.url))).json();
  const plan = JSON.stringify({ texts, copies, answers: freeAnswers(openapi) });
  await spoiled.addInitScript({ content: `globalThis.hostilePlan = ${plan};` });
  await spoiled.addInitScript({ content: await script("inside-hub.js") });
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await router?.close();
});

const script = (name: string) => readFile(join(import.meta.dirname, name), "utf8");

async function openPage(context: BrowserContext, path: string) {
  const page = await context.newPage();
  const { origin } = router.stack.url;
  // The preview of an overlay shows HTML in a frame on the same machine's other name.
  const others = [origin.replace("127.0.0.1", "localhost"), "data:", "blob:"];
  const harm = watchHarm(page, [origin, ...others]);
  const refused: string[] = [];
  page.on("console", (line) => {
    // A sound's address is typed on one page; the policy lets only https through, which is what it is for.
    const isSound = line.text().includes('"media-src https:"');
    if (/content security policy/i.test(line.text()) && !isSound) refused.push(line.text());
  });
  await page.goto(new URL(path, router.stack.url).href, { timeout: patience });
  await page.locator("main").waitFor({ timeout: patience });
  return { page, harm: async () => [...(await harm()), ...refused] };
}

async function spoilPage(path: string, start: number) {
  const { page, harm } = await openPage(spoiled, path);
  const look = async () => {
    await settle(page, "main");
    return outcome.parse(await page.evaluate(`hostileRounds(${rounds}, ${start})`));
  };
  let told = await look();
  const knowsItsWords = told.hasSlipped;
  if (knowsItsWords) {
    // It steers by a word the document leaves free. With those as they are, everything else is as hostile.
    await page.addInitScript("globalThis.hostileKeepsWords = true;");
    await page.reload();
    told = { ...(await look()), strange: told.strange };
  }
  const harms = await harm();
  await page.close();
  return { told, harms, knowsItsWords };
}

describe.skipIf(noBrowser)(
  "HRD-5 threats row 9: over a thousand hostile texts in the hub",
  {
    timeout: 600_000,
  },
  () => {
    test.each(hubPages.map((hubPage, nth) => ({ ...hubPage, start: nth * rounds * copies })))(
      "$name: in every word the API gives it they run nothing and ask for nothing",
      async (hubPage) => {
        const { told, harms, knowsItsWords } = await spoilPage(hubPage.path, hubPage.start);
        for (const text of told.seen) seenAnywhere.add(text);
        const note = knowsItsWords ? ", with the words it steers by as they are" : "";
        console.log(
          `${hubPage.name}: ${told.seen.length} texts, ${told.inMain} of them in the page itself${note}`,
        );
        expect(told.strange).toEqual([]);
        expect(harms).toEqual([]);
        expect(told.seen.length).toBeGreaterThan(copies);
        expect(told.hasSlipped).toBe(false);
      },
    );

    test("every text was seen as a text somewhere", () => {
      expect(texts.length).toBeGreaterThan(1000);
      expect(texts.filter((text) => !seenAnywhere.has(text))).toEqual([]);
    });
  },
);

describe.skipIf(noBrowser)(
  "threats row 9: hostile texts typed into the hub's forms",
  { timeout: 600_000 },
  () => {
    test.each(hubPages)(
      "$name: typed into every field they run nothing and ask for nothing",
      async ({ path }) => {
        const { page, harm } = await openPage(owner, path);
        await settle(page, "main");
        await page.evaluate(await script("type-hostile.js"));
        const typed: unknown = await page.evaluate(`typeHostile(${JSON.stringify(texts)})`);
        fields += z.int().parse(typed);
        expect(await harm()).toEqual([]);
        await page.close();
      },
    );

    test("fields were found by walking the pages", () => {
      console.log(`${fields} fields were typed into`);
      expect(fields).toBeGreaterThan(25);
    });
  },
);
