const firstMs = 2000;
const longestMs = 300_000;

/** How long trouble is waited out: 2 s, doubled each time, at most five minutes. */
export function failureWaitMs(failures: number): number {
  return Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 10));
}
