import { setTimeout as sleep } from "node:timers/promises";
import WebSocket from "ws";
import * as z from "zod";
import { percentile } from "#test/bench/statistics";
import type { Stack } from "#test/e2e/stack";

/** The most one overlay object lets in, at the pace of a very busy chat. */
export interface OverlayLoadOptions {
  sockets: number;
  perSecond: number;
  seconds: number;
  /** So many lose their socket at once, halfway, and come back with their last number. */
  storm: number;
}

export interface OverlayLoad {
  sockets: number;
  frames: number;
  /** Frames that did not come, came twice or came out of order, over all sockets. */
  wrong: number;
  resumed: number;
  p50Ms: number;
  p95Ms: number;
  mostMs: number;
}

/** Read by its looks: parsing each of 8,000 frames a second would be most of what is measured. */
const shown = /^\{"type":"show","part":"ticker","seq":(\d+),.*"text":"(line \d+)"/;
const receipt = z.object({ data: z.object({ seq: z.int() }) });

/** From the moment it is asked for at the API until it has arrived at a page. */
interface Clock {
  askedAt: Map<string, number>;
  delays: number[];
}

/** One browser source without a browser: what it has seen, in the order it came. */
interface Viewer {
  seqs: number[];
  socket: WebSocket | undefined;
}

/** Opens all sockets, shows at an even pace, cuts some halfway, and looks at what each has got. */
export async function loadOverlay(stack: Stack, options: OverlayLoadOptions): Promise<OverlayLoad> {
  const { sockets, perSecond, seconds, storm } = options;
  const clock: Clock = { askedAt: new Map(), delays: [] };
  const viewers = Array.from({ length: sockets }, (): Viewer => ({ seqs: [], socket: undefined }));
  for (const some of inGroups(viewers, 50))
    await Promise.all(some.map((viewer) => connect(stack, viewer, clock)));
  const count = perSecond * seconds;
  const startedAt = performance.now();
  const shows: Promise<number>[] = [];
  let resumed: Promise<unknown> = Promise.resolve();
  for (let nth = 0; nth < count; nth += 1) {
    await sleep(Math.max(0, startedAt + (nth * 1000) / perSecond - performance.now()));
    if (nth === Math.floor(count / 2)) resumed = stormOf(stack, viewers.slice(0, storm));
    shows.push(show(stack, `line ${nth}`, clock));
  }
  const seqs = (await Promise.all(shows)).sort((a, b) => a - b);
  await resumed;
  const until = performance.now() + 60_000;
  while (viewers.some((viewer) => viewer.seqs.length < count) && performance.now() < until) await sleep(50);
  for (const { socket } of viewers) socket?.terminate();
  const wrong = viewers.reduce((sum, viewer) => sum + wrongIn(viewer.seqs, seqs), 0);
  return {
    sockets,
    frames: viewers.reduce((sum, viewer) => sum + viewer.seqs.length, 0),
    wrong,
    resumed: storm,
    p50Ms: percentile(clock.delays, 50),
    p95Ms: percentile(clock.delays, 95),
    mostMs: percentile(clock.delays, 100),
  };
}

function wrongIn(seen: readonly number[], expected: readonly number[]): number {
  const differing = expected.filter((seq, at) => seen[at] !== seq).length;
  return differing + Math.max(0, seen.length - expected.length);
}

/** All are cut at once and come back at once, while the showing goes on. */
async function stormOf(stack: Stack, viewers: readonly Viewer[]): Promise<void> {
  for (const { socket } of viewers) socket?.terminate();
  // What is shown now, nobody of them sees.
  await sleep(1000);
  // Not measured: a missed frame is as late as the socket was away.
  await Promise.all(viewers.map((viewer) => connect(stack, viewer)));
}

async function connect(stack: Stack, viewer: Viewer, clock?: Clock): Promise<void> {
  const address = new URL("/overlay/socket/ticker", stack.url);
  address.protocol = "ws:";
  const last = viewer.seqs.at(-1);
  if (last !== undefined) address.searchParams.set("last", `ticker:${last}`);
  const socket = new WebSocket(address, ["waddlebot", stack.secrets.overlayTokens.ticker], {
    perMessageDeflate: false,
  });
  viewer.socket = socket;
  socket.on("message", (data) => {
    const [, seq, text = ""] = shown.exec(String(data)) ?? [];
    if (seq === undefined || viewer.socket !== socket) return;
    viewer.seqs.push(Number(seq));
    const askedAt = clock?.askedAt.get(text);
    if (askedAt !== undefined) clock?.delays.push(performance.now() - askedAt);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
}

async function show(stack: Stack, text: string, clock: Clock): Promise<number> {
  clock.askedAt.set(text, performance.now());
  const response = await fetch(new URL("/browser/source/display", stack.url), {
    method: "POST",
    headers: { "x-api-key": stack.secrets.serviceApiKey, "content-type": "application/json" },
    body: JSON.stringify({ community_id: 2, source_type: "ticker", content: text }),
  });
  if (response.status !== 200) throw new Error(`not shown: ${response.status} ${await response.text()}`);
  return receipt.parse(await response.json()).data.seq;
}

function inGroups<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) =>
    all.slice(at * size, (at + 1) * size),
  );
}
