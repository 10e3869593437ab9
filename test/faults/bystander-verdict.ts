import type { Random } from "#simulators/random";

/** What a disturbance may add to the bystanders' p99 (promise P4). */
export const allowedRatio = 1.2;
/** Looked at three times only, for every look is a chance to be lucky; what is open after the last is no pass. */
export const looks = [12, 24, 36];
const resamples = 200;
const tail = 0.025;

export type Verdict = "passed" | "failed" | "open" | "undecided";

/** What was measured: the milliseconds of each slice of time, undisturbed and disturbed ones. */
export interface Slices {
  calm: readonly (readonly number[])[];
  disturbed: readonly (readonly number[])[];
}

export interface Judgement {
  /** Disturbed p99 to undisturbed p99, over everything. */
  ratio: number;
  /** Between these the true ratio lies nineteen times of twenty (bootstrap over slices, which keeps a stall of the machine whole). */
  low: number;
  high: number;
  verdict: Verdict;
}

/**
 * Passes only when the whole interval is below the limit, fails when all of it is above; in between more rounds are asked
 * for, up to a bound. Noise widens the interval, so it can keep the claim open and cannot prove it.
 */
export function judge(slices: Slices, rounds: number, random: Random): Judgement {
  const ratio = ratioOf(slices);
  if (!looks.includes(rounds)) return { ratio, low: 0, high: Number.POSITIVE_INFINITY, verdict: "open" };
  const drawn = Array.from({ length: resamples }, () =>
    ratioOf({ calm: redraw(slices.calm, random), disturbed: redraw(slices.disturbed, random) }),
  );
  const low = percentile(drawn, tail);
  const high = percentile(drawn, 1 - tail);
  return { ratio, low, high, verdict: verdictOf({ low, high }, rounds) };
}

function verdictOf({ low, high }: { low: number; high: number }, rounds: number): Verdict {
  if (high < allowedRatio) return "passed";
  if (!(low < allowedRatio)) return "failed";
  return rounds < Math.max(...looks) ? "open" : "undecided";
}

/** Whether the same slices would have shown a rise of a quarter: a measurement that cannot fail proves nothing. */
export function wouldNotice(slices: Slices, rounds: number, random: Random): boolean {
  const factor = 1.25 / ratioOf(slices);
  const disturbed = slices.disturbed.map((slice) => slice.map((ms) => ms * factor));
  return judge({ calm: slices.calm, disturbed }, rounds, random).verdict !== "passed";
}

function ratioOf({ calm, disturbed }: Slices): number {
  return percentile(disturbed.flat(), 0.99) / percentile(calm.flat(), 0.99);
}

function redraw(slices: Slices["calm"], random: Random): (readonly number[])[] {
  return slices.map(() => slices[random.int(slices.length)] ?? []);
}

/** Nearest rank; of nothing it is no number. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
