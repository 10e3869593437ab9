import parsePrometheus from "parse-prometheus-text-format";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { metricFamilies } from "#contracts/metrics";
import { demoId, type RouterStack, startRouter } from "#test/e2e/router-client";
import { eventually } from "#test/e2e/stack";

let router: RouterStack;
beforeAll(async () => {
  router = await startRouter();
});
afterAll(() => router?.close());

const family = z.object({
  name: z.string(),
  help: z.string(),
  type: z.string(),
  metrics: z.array(
    z.looseObject({
      labels: z.record(z.string(), z.string()).default({}),
      value: z.coerce.number().optional(),
    }),
  ),
});

async function scrape(headers: Record<string, string> = { "x-api-key": router.stack.secrets.serviceApiKey }) {
  const response = await fetch(new URL("/metrics", router.stack.url), { headers });
  return { status: response.status, type: response.headers.get("content-type"), text: await response.text() };
}

/** Read by a parser that is not ours. */
async function familiesNow() {
  return z.array(family).parse(parsePrometheus((await scrape()).text));
}

/** All samples of a name together. */
function sumOf(text: string, name: string): number {
  const rows = text.matchAll(new RegExp(`^${name}\\{.*\\} (\\d+)$`, "gm"));
  return [...rows].reduce((sum, [, value]) => sum + Number(value), 0);
}

const samplesOf = async (name: string) =>
  (await familiesNow()).find((one) => one.name === name)?.metrics ?? [];

test("MTR-1 three commands, one of which fails: counted by status, timed, and one error", async () => {
  const target = { type: "webhook", url: "https://broken.example/fail" };
  const json = { community_id: demoId, prefix: "#", command: "broken", description: "d", target };
  await router.ask("commands", { json });
  const person = { user_id: "7311", user_name: "A name nobody may read in a label" };
  await router.say("!ping", person);
  await router.say("!ping", person);
  await router.say("#broken", person);
  const commands = await eventually(
    () => samplesOf("waddlebot_commands_total"),
    (all) => all.reduce((sum, { value = 0 }) => sum + value, 0) >= 3,
    30_000,
  );
  expect(commands.map(({ labels, value }) => ({ ...labels, value }))).toEqual([
    { command: "ping", platform: "twitch", status: "success", value: 2 },
    { command: "community", platform: "twitch", status: "failed", value: 1 },
  ]);
  const { text } = await scrape();
  expect(sumOf(text, "waddlebot_command_duration_seconds_count")).toBe(3);
  const errors = (await samplesOf("waddlebot_errors_total")).filter(
    ({ labels }) => labels["severity"] === "error",
  );
  expect(errors.reduce((sum, { value = 0 }) => sum + value, 0)).toBe(1);
});

test("MTR-2 the page is valid for a parser of its own, with HELP and TYPE and 20 families and more", async () => {
  const { status, type, text } = await scrape();
  expect([status, type]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8"]);
  const families = await familiesNow();
  expect(families.map(({ name }) => name)).toEqual(Object.keys(metricFamilies));
  expect(families.length).toBeGreaterThanOrEqual(20);
  for (const { name, help, type } of families) {
    expect(text).toContain(`# HELP ${name} ${help}\n# TYPE ${name} ${type.toLowerCase()}\n`);
  }
  // The parser does not read histograms with labels, so these are looked at here: they rise, and end in their count.
  const buckets = [...text.matchAll(/^(\w+)_bucket\{(.*),le="([^"]+)"\} (\d+)$/gm)];
  expect(buckets.length).toBeGreaterThan(0);
  for (const rows of Map.groupBy(buckets, ([, name, labels]) => `${name}{${labels}}`).values()) {
    const counts = rows.map(([, , , , count]) => Number(count));
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    const [, name, labels, bound, last] = rows.at(-1) ?? [];
    expect(bound).toBe("+Inf");
    expect(text).toContain(`\n${name}_count{${labels}} ${last}\n`);
  }
  expect(families.find(({ name }) => name === "waddlebot_active_channels")?.metrics.length).toBeGreaterThan(
    0,
  );
});

test("MTR-4 nobody reads it without a key, and no label holds a person", async () => {
  for (const headers of [
    {},
    { "x-api-key": "wrong" },
    { authorization: "Bearer wrong" },
    { authorization: "Bearer " },
  ])
    expect((await scrape(headers)).status).toBe(401);
  const bearer = await scrape({ authorization: `Bearer ${router.stack.secrets.serviceApiKey}` });
  expect(bearer.status).toBe(200);
  expect(bearer.text).not.toMatch(/7311|nobody may read/);
  const labels = new Set(
    (await familiesNow()).flatMap(({ metrics }) => metrics.flatMap((one) => Object.keys(one.labels))),
  );
  const allowed = ["cache", "command", "error_type", "method", "module", "operation", "platform", "role"];
  expect(
    [...labels].filter((label) => ![...allowed, "service", "severity", "status"].includes(label)),
  ).toEqual([]);
});

test("the status page shows what was measured, to everybody, in the browser's language and without scripts", async () => {
  await router.stack.workers.runScheduled("waddlebot-edge", new Date());
  const facts = async () => {
    const answer = await fetch(new URL("/status.json", router.stack.url));
    return z
      .object({
        is_good: z.boolean(),
        uptime: z.number().nullable(),
        platforms: z.array(z.looseObject({ platform: z.string(), replies: z.int(), p95_ms: z.number() })),
        incidents: z.array(z.unknown()),
      })
      .parse(await answer.json());
  };
  const seen = await eventually(
    facts,
    ({ uptime, platforms }) => uptime !== null && platforms.length > 0,
    30_000,
  );
  expect(seen).toMatchObject({ is_good: true, uptime: 1, incidents: [] });
  expect(seen.platforms).toMatchObject([{ platform: "twitch" }]);
  const page = await fetch(new URL("/status", router.stack.url), { headers: { "accept-language": "de-CH" } });
  const text = await page.text();
  expect(text).toContain("Alles funktioniert.");
  expect(text).toContain('<html lang="de">');
  expect(text).not.toContain("<script");
  expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
});
