import type { Clock } from "#simulators/clock";
import type { Random } from "#simulators/random";

/** Discord counts time from the first second of 2015. */
const discordEpochMs = 1_420_070_400_000n;

/** Ids that carry their time: milliseconds, then ten bits of this run, then a counter of twelve. */
export function makeSnowflakes({ now }: Pick<Clock, "now">, random: Random): () => string {
  const run = BigInt(random.int(1024));
  let counter = 0n;
  return () => {
    counter = (counter + 1n) & 0xfffn;
    return String(((BigInt(now()) - discordEpochMs) << 22n) | (run << 12n) | counter);
  };
}
