import type { Page } from "playwright-core";
import { drawAll, frameAll } from "#test/e2e/inside-overlay";
import { hostileHost, hostileTexts } from "#test/suites/hostile-texts";

/** What a page did that no text may make it do: ran something, opened a dialog, asked for anything. */
export function watchHarm(page: Page, allowed: readonly string[]): () => Promise<string[]> {
  const harm: string[] = [];
  page.on("dialog", (dialog) => {
    harm.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    const url = request.url();
    // In the query of an own address it is what somebody searches for.
    const asked = url.startsWith("data:") ? url : url.split("?")[0];
    if (asked?.includes(hostileHost) || !allowed.some((origin) => url.startsWith(origin)))
      harm.push(`asked: ${url}`);
  });
  page.on("popup", (popup) => harm.push(`popup: ${popup.url()}`));
  return async () => {
    await page.waitForTimeout(500);
    for (const frame of page.frames()) {
      const ran = await frame.evaluate(() => Reflect.get(globalThis, "hostile") !== undefined);
      if (ran) harm.push(`ran in ${frame.url()}`);
    }
    return harm;
  };
}

/** As text, because a test's own import() is not the page's. */
const pageModules = `Promise.all(["draw", "live-parts"].map((name) => import("/overlay/assets/" + name + ".client.js")))
  .then(([{ draw }, { update }]) => void Object.assign(globalThis, { draw, update }))`;

/** Over a thousand texts in every field of every kind, and as the HTML of a card. */
export async function attackPage(page: Page, frameOrigin: string) {
  const all = hostileTexts();
  await page.evaluate(pageModules);
  const { strange, fields } = await page.evaluate(drawAll, all);
  const framed = await page.evaluate(frameAll, { origin: frameOrigin, all });
  return { texts: all.length, strange, fields, framed };
}
