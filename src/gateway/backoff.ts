export interface Backoff {
  baseMs: number;
  maxMs: number;
}

/** How long to wait before attempt `attempt` (0 is the first): doubling, capped, half of it by chance. */
export function backoffMs(attempt: number, { baseMs, maxMs }: Backoff, random: () => number): number {
  const full = Math.min(maxMs, baseMs * 2 ** Math.min(attempt, 30));
  return Math.round(full / 2 + (full / 2) * random());
}
