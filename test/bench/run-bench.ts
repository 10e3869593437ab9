import { startGround, startHouse } from "#test/bench/bench-house";
import { countingMains, openCountingHouse } from "#test/bench/count-costs";
import type { Shutdown } from "#tools/start/shutdown";
export async function runBench({ shutdown }: { isQuick: boolean; shutdown: Shutdown }): Promise<number> {
  const t = performance.now(); const say = (s: string) => console.log(((performance.now() - t) / 1000).toFixed(1), s);
  const ground = await startGround(shutdown); say("ground");
  const house = await startHouse("counted", ground, { shutdown, mains: countingMains, simulators: { twitch: { botIsModerator: true, echoesBot: false } } }); say("house");
  const c = await openCountingHouse(house, () => ground.endpoint.statements("counted")); say("open");
  await c.warmUp(); say("warm");
  const report = await c.measure(); say("done");
  for (const { total, ...l } of report.lines) console.log(l, total);
  console.log(report.statements);
  return 0;
}
