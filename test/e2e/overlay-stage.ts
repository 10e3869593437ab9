import { mkdirSync } from "node:fs";
import { sql } from "drizzle-orm";
import type { Browser, BrowserContext, Page } from "playwright-core";
import * as z from "zod";
import type { OverlayType } from "#contracts/overlay";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { sha256Hex } from "#lib/sha256";
import { launchBrowser } from "#test/e2e/browser";
import { putBackdrop } from "#test/e2e/inside-overlay";
import { demoId } from "#test/e2e/router-client";
import { eventually, type Stack, startStack } from "#test/e2e/stack";
import { makeOverlayToken } from "#tools/overlay-tokens";

const pictures = "test-results/screenshots/overlays";
const receipt = z.object({
  data: z.object({ result: z.string().nullable(), delivered_at: z.string().nullable() }),
});
const shown = z.object({ data: z.object({ seq: z.int(), pages: z.int() }) });

/** The house, a browser with overlays in it, and the API that shows things on them. */
export interface OverlayStage {
  stack: Stack;
  database: TestDatabase;
  context: BrowserContext;
  /** What pages complained about. */
  complaints: string[];
  open(type: OverlayType, options?: { token?: string; width?: number; height?: number }): Promise<Page>;
  connected(page: Page): Promise<void>;
  ask(path: string, json?: unknown, method?: string): Promise<{ status: number; body: unknown }>;
  /** Shows it; its number, and to how many pages it went. */
  display(type: OverlayType, content: unknown, facts?: object): Promise<{ seq: number; pages: number }>;
  resultOf(part: string, seq: number): Promise<string | null>;
  ended(part: string, seq: number): Promise<string | null>;
  /** A token of another community of its own. */
  elsewhere(id: number, type: OverlayType): Promise<string>;
  picture(page: Page, name: string): Promise<void>;
  close(): Promise<void>;
}

export async function openStage(): Promise<OverlayStage> {
  mkdirSync(pictures, { recursive: true });
  const database = await openTestDatabase();
  const stack = await startStack({ databaseUrl: database.url, databaseEndpoint: database.endpoint });
  const browser: Browser = await launchBrowser();
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, locale: "en-GB" });
  const complaints: string[] = [];
  const ask: OverlayStage["ask"] = async (path, json, method) => {
    const response = await fetch(new URL(path, stack.url), {
      method: method ?? (json === undefined ? "GET" : "POST"),
      headers: { "x-api-key": stack.secrets.serviceApiKey, "content-type": "application/json" },
      body: json === undefined ? null : JSON.stringify(json),
    });
    return { status: response.status, body: await response.json() };
  };
  const resultOf: OverlayStage["resultOf"] = async (part, seq) => {
    const { body } = await ask(`/api/v1/communities/${demoId}/overlays/frames/${part}/${seq}`);
    return receipt.parse(body).data.result;
  };
  return {
    stack,
    database,
    context,
    complaints,
    ask,
    resultOf,
    async open(type, { token = stack.secrets.overlayTokens[type], width = 1920, height = 1080 } = {}) {
      const page = await context.newPage();
      await page.setViewportSize({ width, height });
      page.setDefaultTimeout(30_000);
      page.on("pageerror", (error) => complaints.push(String(error)));
      page.on("console", (line) => {
        if (line.type() === "error") complaints.push(line.text());
      });
      await page.goto(new URL(`/overlay/${token}/${type}`, stack.url).href);
      return page;
    },
    connected: (page) => page.locator('#health[data-state="connected"]').waitFor({ state: "attached" }),
    async display(type, content, facts = {}) {
      const { status, body } = await ask("/browser/source/display", {
        community_id: demoId,
        source_type: type,
        content,
        ...facts,
      });
      if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
      return shown.parse(body).data;
    },
    ended: (part, seq) =>
      eventually(
        () => resultOf(part, seq),
        (result) => result !== null,
        40_000,
      ),
    async elsewhere(id, type) {
      const token = makeOverlayToken();
      const { db } = database;
      await db.execute(
        sql`INSERT INTO communities (id, slug, name) VALUES (${id}, ${`e${id}`}, ${`Elsewhere ${id}`})`,
      );
      await db.execute(sql`
        INSERT INTO overlay_tokens (token_hash, community_id, type) VALUES (${await sha256Hex(token)}, ${id}, ${type})`);
      return token;
    },
    picture: async (page, name) => {
      await page.evaluate(putBackdrop);
      await page.screenshot({ path: `${pictures}/${name}.png` });
    },
    async close() {
      await browser.close();
      await stack.close();
      await database.close();
    },
  };
}
