import { startGround, startHouse } from "#test/bench/bench-house";
import { loadOverlay, type OverlayLoadOptions } from "#test/bench/overlay-sockets";
import type { BenchOptions } from "#test/bench/run-bench";

const full: OverlayLoadOptions = { sockets: 1000, perSecond: 8, seconds: 30, storm: 500 };
const quick: OverlayLoadOptions = { sockets: 100, perSecond: 8, seconds: 5, storm: 50 };
const latestMs = 250;

/** One overlay object with as many pages as it lets in. Returns how many of its promises were broken. */
export async function runOverlayBench({ isQuick, shutdown, progress }: BenchOptions): Promise<number> {
  const options = isQuick ? quick : full;
  const ground = await progress.step("Starting Postgres", () => startGround(shutdown));
  const house = await progress.step("Starting the house", () => startHouse("overlays", ground, { shutdown }));
  const load = await progress.step("Showing", () => loadOverlay(house, options));
  const ms = (value: number) => `${value.toFixed(0)} ms`;
  const { sockets, perSecond, seconds, storm } = options;
  progress.say(`
${sockets} pages on one overlay object, ${perSecond} messages a second for ${seconds} s, ${storm} cut and resumed at once
frames arrived ${load.frames} of ${sockets * perSecond * seconds}; lost, doubled or out of order: ${load.wrong}
from the call of the API to the page: p50 ${ms(load.p50Ms)}, p95 ${ms(load.p95Ms)} (at most ${latestMs}), longest ${ms(load.mostMs)}
`);
  return load.wrong + (load.p95Ms <= latestMs ? 0 : 1);
}
