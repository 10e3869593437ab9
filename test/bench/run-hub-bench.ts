import { type Browser, chromium, type Page } from "playwright-core";
import * as z from "zod";
import { startGround, startHouse } from "#test/bench/bench-house";
import type { BenchOptions } from "#test/bench/run-bench";
import { median } from "#test/bench/statistics";
import { buildHub } from "#tools/start/build-hub";

const slowDown = 4;
const latestMs = 1500;
const paths = ["/", "/sign-in", "/rehearsal"];

/** The largest paint so far; as text, because it runs in the page. */
const largestPaint = `new Promise((resolve) => {
  new PerformanceObserver((list) => resolve(list.getEntries().at(-1)?.startTime ?? 0))
    .observe({ type: "largest-contentful-paint", buffered: true });
})`;

/** First visits to the hub with a slowed-down processor. Returns how many pages paint their largest part too late. */
export async function runHubBench({ isQuick, shutdown, progress }: BenchOptions): Promise<number> {
  await progress.step("Building the hub", buildHub);
  const ground = await progress.step("Starting Postgres", () => startGround(shutdown));
  const house = await progress.step("Starting the house", () => startHouse("hub", ground, { shutdown }));
  const browser = await chromium.launch({
    executablePath: process.env["WADDLEBOT_CHROMIUM"] || "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu"],
  });
  shutdown.add("browser", () => browser.close());
  let late = 0;
  for (const path of paths) {
    const visits: number[] = [];
    for (let nth = 0; nth < (isQuick ? 3 : 9); nth += 1)
      visits.push(await firstVisit(browser, new URL(path, house.url)));
    const middle = median(visits);
    if (middle > latestMs) late += 1;
    const all = visits.map((ms) => ms.toFixed(0)).join(" ");
    progress.say(`${path} · largest paint at ${slowDown}× slow-down: ${middle.toFixed(0)} ms (${all})`);
  }
  return late;
}

/** Nothing is kept from an earlier visit. */
async function firstVisit(browser: Browser, url: URL): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-GB" });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: slowDown });
  await page.goto(url.href);
  const ms = await paintOf(page);
  await context.close();
  return ms;
}

async function paintOf(page: Page): Promise<number> {
  await page.locator("main h1").first().waitFor();
  await page.waitForLoadState("networkidle");
  return z.number().parse(await page.evaluate(largestPaint));
}
