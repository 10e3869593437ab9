import { startGround, startHouse } from "#test/bench/bench-house";
import { measureSpeed } from "#test/bench/speed";
import { startTargets } from "#test/bench/targets";
import type { Shutdown } from "#tools/start/shutdown";
export async function runBench({ isQuick, shutdown }: { isQuick: boolean; shutdown: Shutdown }): Promise<number> {
  const t = performance.now(); const say = (s: string) => console.log(((performance.now() - t) / 1000).toFixed(1), s);
  const ground = await startGround(shutdown); say("ground");
  const house = await startHouse("timed", ground, { shutdown }); say("house");
  const targets = await startTargets(house, shutdown); say("targets");
  const lines = await measureSpeed(targets, house.secrets.simulators, { repetitions: 3, count: isQuick ? 1000 : 5000, warmUp: 300, connections: 16 }); say("speed");
  console.table(lines.map(({ rounds: _, ...l }) => l));
  console.log(JSON.stringify(lines.flatMap((l) => l.rounds.map((r) => [l.name.slice(0,25), Math.round(r.perSecond), r.p50Ms.toFixed(1), r.firstFailure]))));
  return 0;
}
