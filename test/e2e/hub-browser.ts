import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { BrowserContext, Page } from "playwright-core";
import * as z from "zod";
import type { Stack } from "#test/e2e/stack";

export const wide = { width: 1440, height: 900 };
export const phone = { width: 390, height: 844 };

const axeResults = z.object({
  violations: z.array(
    z.object({
      id: z.string(),
      impact: z.string().nullish(),
      nodes: z.array(z.object({ target: z.array(z.unknown()), failureSummary: z.string().nullish() })),
    }),
  ),
});

/** What a page must never do: throw, complain on the console, be refused something, or ask another host. */
export function listenForComplaints(page: Page, origin: string): string[] {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(`threw: ${error}`));
  page.on("console", (line) => {
    // What the server refused is told below, with its address.
    if (line.type() === "error" && !line.text().startsWith("Failed to load resource"))
      complaints.push(`console: ${line.text()}`);
  });
  page.on("response", (response) => {
    const url = new URL(response.url());
    const isAskedAnyway = url.pathname === "/api/v1/auth/me" && response.status() === 401;
    if (response.status() >= 400 && !isAskedAnyway)
      complaints.push(`${response.status()} ${response.request().method()} ${url.pathname}`);
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol !== "data:" && url.protocol !== "blob:" && url.origin !== origin)
      complaints.push(`asked elsewhere: ${request.url()}`);
  });
  return complaints;
}

const axeSource = readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe-core finds serious or critical on the page as it stands, one line each. */
export async function findBarriers(page: Page): Promise<string[]> {
  // Evaluated from outside of the page: its content security policy lets no foreign script in.
  await page.evaluate(await axeSource);
  const found: unknown = await page.evaluate(
    `axe.run(document, { resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })`,
  );
  return axeResults
    .parse(found)
    .violations.filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")} ${failureSummary ?? ""}`),
    );
}

/** Waits until the page shows what it is, and nothing is on its way any more. */
export async function settle(page: Page, ready = "main h1"): Promise<void> {
  await page.locator(ready).first().waitFor({ timeout: 30_000 });
  const waiting = page.locator('[data-testid="loading"], [data-testid="page-loading"]');
  await waiting.first().waitFor({ state: "detached", timeout: 30_000 });
}

/** Signs in by the simulated Twitch, as the one who owns the demo community and its channel. */
export async function signInAsOwner(context: BrowserContext, stack: Stack): Promise<void> {
  const page = await context.newPage();
  await page.goto(new URL("/sign-in?return=/rehearsal", stack.url).href);
  await page.getByTestId("sign-in-twitch").click({ timeout: 30_000 });
  await page.getByRole("link", { name: "Pia" }).click({ timeout: 30_000 });
  await page.getByTestId("menu").waitFor({ timeout: 30_000 });
  await page.close();
}
