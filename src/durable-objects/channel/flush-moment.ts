/** Points, counters and log rows wait at most this long before they leave in one flush. */
export const flushAfterMs = 10_000;
/** And this long at least: what one message sets off is over by then, and leaves together. */
export const leastWaitMs = 1000;
/** A busy channel flushes this often. */
export const flushPeriodMs = flushAfterMs - leastWaitMs;

/**
 * When what waits since then leaves: at the channel's own moments of the period, of which `phaseMs` is one. Channels that
 * became busy together would otherwise flush together for as long as they stay so, and everything else would wait behind
 * all of them; with phases of their own the work is spread over the period.
 */
export function flushMoment(since: number, phaseMs: number): number {
  const earliest = since + leastWaitMs;
  const early = (phaseMs - earliest) % flushPeriodMs;
  return earliest + (early < 0 ? early + flushPeriodMs : early);
}
