import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { makeEntityId } from "#contracts/ids";
import { cpuSeconds } from "#test/bench/cpu-time";
import { residentBytes } from "#test/e2e/resident-memory";
import { eventually, makeSecrets } from "#test/e2e/stack";
import { type FaultStack, startFaultStack } from "#test/faults/fault-stack";
import { twitchChatBody, twitchRequest } from "#test/faults/platform-requests";
import { recordFigures } from "#test/faults/record";

/** `npm run faults -- scale` is the long form; it judges times and wants a quiet machine. */
const isLong = process.env["SCALE"] === "long";
const load = isLong
  ? { channels: 1000, perSecond: 170, seconds: 300 }
  : { channels: 30, perSecond: 10, seconds: 5 };
const registered = isLong ? 5000 : 60;
const p95LimitMs = 500;

const secrets = makeSecrets();
const channels = Array.from({ length: Math.max(load.channels, registered) }, (_, at) =>
  String(5_000_000 + at),
);
let stack: FaultStack;

let residentMbBefore = 0;
let startedInSeconds = 0;

beforeAll(async () => {
  const startedAt = performance.now();
  stack = await startFaultStack({
    edge: "edge-inspected.workerd.ts",
    secrets,
    channels: channels.map((server) => ({
      entityId: makeEntityId({ platform: "twitch", server }),
      channelName: `Channel ${server}`,
      viewers: [],
    })),
  });
  startedInSeconds = (performance.now() - startedAt) / 1000;
  residentMbBefore = (residentBytes(stack.workers.pid()) ?? Number.NaN) / 2 ** 20;
}, 300_000);
afterAll(() => stack?.close());

interface Answered {
  status: number;
  ms: number;
}

async function deliver(broadcasterId: string, text: string): Promise<Answered> {
  const secret = secrets.simulators.twitch.eventsubSecret;
  const { method, path, headers, body } = twitchRequest({
    secret,
    body: twitchChatBody({ text, broadcasterId }),
  });
  const started = performance.now();
  const response = await fetch(new URL(path, stack.url), {
    method,
    headers: Object.fromEntries(headers),
    body: new Uint8Array(body),
  });
  await response.arrayBuffer();
  return { status: response.status, ms: performance.now() - started };
}

/** Open loop: each leaves at its own time, whatever became of those before. */
async function openLoop(targets: readonly string[], perSecond: number, text: string): Promise<Answered[]> {
  const started = performance.now();
  const underway: Promise<Answered>[] = [];
  for (const [at, target] of targets.entries()) {
    const waitMs = started + (at * 1000) / perSecond - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    underway.push(deliver(target, text));
  }
  return Promise.all(underway);
}

const counted = z.array(z.object({ channels: z.coerce.number(), commands: z.coerce.number() }));
async function handledSince(since: Date) {
  const { rows } = await stack.database.db.execute(sql`
    SELECT count(DISTINCT entity_id) AS channels, count(*) AS commands FROM command_executions
    WHERE executed_at >= ${since.toISOString()}::timestamptz AND status = 'success'`);
  return counted.parse(rows)[0] ?? { channels: 0, commands: 0 };
}

test(`SCL-1 ${load.perSecond} events a second over ${load.channels} channels for ${load.seconds} s: every one is taken and done`, {
  timeout: 120_000 + load.seconds * 2000,
}, async () => {
  const targets = Array.from(
    { length: load.perSecond * load.seconds },
    (_, at) => channels[at % load.channels] ?? "",
  );
  const since = new Date();
  const answers = await openLoop(targets, load.perSecond, "!ping load");
  const times = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (share: number) => Math.round(times[Math.floor(times.length * share)] ?? 0);
  console.log(`${answers.length} events: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms`);
  recordFigures("scale", {
    perSecond: load.perSecond,
    channels: load.channels,
    seconds: load.seconds,
    refused: answers.filter(({ status }) => status !== 204).length,
    p50Ms: at(0.5),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
  });
  expect(answers.filter(({ status }) => status !== 204)).toEqual([]);
  const handled = await eventually(
    () => handledSince(since),
    ({ commands }) => commands >= targets.length,
    60_000,
  );
  expect(handled).toEqual({ channels: load.channels, commands: targets.length });
  if (isLong) expect(at(0.95)).toBeLessThan(p95LimitMs);
});

test(`SCL-2 ${registered} registered channels, one event each within a minute: all are answered`, {
  timeout: 240_000,
}, async () => {
  const since = new Date();
  const answers = await openLoop(channels.slice(0, registered), registered / (isLong ? 50 : 5), "!ping");
  expect(answers.filter(({ status }) => status !== 204)).toEqual([]);
  const handled = await eventually(
    () => handledSince(since),
    ({ channels }) => channels === registered,
    120_000,
  );
  expect(handled).toEqual({ channels: registered, commands: registered });
});

/** Processor time of workerd for one event, in milliseconds. */
async function cpuMsOf(targets: readonly string[]): Promise<number> {
  const before = cpuSeconds(stack.workers.pid());
  const answers = await openLoop(targets, 100, "a plain line");
  expect(answers.filter(({ status }) => status !== 204)).toEqual([]);
  // Its flush is part of the price.
  await sleep(12_000);
  return ((cpuSeconds(stack.workers.pid()) - before) / targets.length) * 1000;
}

test.runIf(isLong)(
  "what an event costs does not grow with the channels, and an idle one takes little memory",
  {
    timeout: 300_000,
  },
  async () => {
    // All of them are open by now, so nobody's first event is in the figures.
    const count = 2000;
    const few = Array.from({ length: count }, (_, at) => channels[at % 20] ?? "");
    const many = Array.from({ length: count }, (_, at) => channels[at % registered] ?? "");
    await cpuMsOf(few.slice(0, 20));
    const cpuMsFew = await cpuMsOf(few);
    const cpuMsMany = await cpuMsOf(many);
    const residentMb = (residentBytes(stack.workers.pid()) ?? Number.NaN) / 2 ** 20;
    const kbPerChannel = Math.round((Math.max(0, residentMb - residentMbBefore) * 1024) / registered);
    const growth = cpuMsMany / cpuMsFew;
    console.log(
      `CPU ${cpuMsFew.toFixed(2)} ms an event over 20 channels, ${cpuMsMany.toFixed(2)} ms over ${registered}; ` +
        `${kbPerChannel} KB resident a channel, up after ${startedInSeconds.toFixed(1)} s`,
    );
    recordFigures("scale-cost", { registered, growth, cpuMsFew, cpuMsMany, kbPerChannel, startedInSeconds });
    expect(kbPerChannel).toBeLessThan(1024);
    // A channel that has been quiet is read from its disk again, and flushes by itself.
    expect(growth).toBeLessThan(3);
  },
);
