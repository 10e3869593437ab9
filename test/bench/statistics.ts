/**
 * The smallest value that at least `percent` of all are not above (nearest rank). NaN of nothing.
 * `percent` is 0 to 100.
 */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}

/** The middle value; of an even number the mean of the two in the middle. NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  const upper = sorted[Math.floor(half)] ?? Number.NaN;
  const lower = sorted[Math.ceil(half) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** How many times `base` fits into `value`; NaN where there is nothing to compare with. */
export function ratio(value: number, base: number | undefined): number {
  return base === undefined || base === 0 ? Number.NaN : value / base;
}
