const minute = 60_000;
/** Grey lists want some minutes, a mail server that is being mended some hours. */
const pauses = [15_000, minute, 5 * minute, 15 * minute, 60 * minute];

/** When a mail that could not be handed over is tried again; undefined when it would come too late to be of use. */
export function nextTry(tries: number, now: number, usefulUntil: number): number | undefined {
  const pause = pauses[Math.min(tries, pauses.length) - 1] ?? minute;
  return now + pause < usefulUntil ? now + pause : undefined;
}
