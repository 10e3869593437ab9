/** What a disturbance may add to the bystanders' p99 (promise P4). */
export const allowedRatio = 1.2;
/** Rounds after which a clear result ends the measurement, and the most there are. */
const [fewRounds, mostRounds] = [6, 11];
/** Of the most rounds so many may be above by chance. */
const strayRounds = 2;

export type Verdict = "passed" | "failed" | "open";

/**
 * Judges the rounds' ratios, disturbed p99 to undisturbed p99, by counting on which side of the limit they fall: nothing is
 * averaged, so one bad second of the machine weighs as one round, and noise can only make it red. If the true median ratio
 * were at the limit or above, each round would be below it with a chance of one half at most, so it passes falsely with
 * all of 6 (1.6 %) or 9 of 11 (3.3 %): below 5 % in all. On a machine too noisy to tell, it fails.
 */
export function judgeRounds(ratios: readonly number[]): Verdict {
  const above = ratios.filter((ratio) => !(ratio < allowedRatio)).length;
  if (above > strayRounds) return "failed";
  if (ratios.length === fewRounds && above === 0) return "passed";
  return ratios.length < mostRounds ? "open" : "passed";
}

/** Whether the same rounds would have shown a rise that is not allowed: a measurement that cannot fail proves nothing. */
export function wouldNotice(ratios: readonly number[], rise = 0.25): boolean {
  return judgeRounds(ratios.map((ratio) => ratio + rise)) === "failed";
}

/** Nearest rank; of nothing it is no number. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
