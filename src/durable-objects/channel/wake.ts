/** Points, counters and log rows may wait this long before they leave in one flush. */
export const flushAfterMs = 10_000;
const retryDrainMs = 2000;

export interface WakeState {
  now: number;
  isInboxEmpty: boolean;
  nextSendAt: number | undefined;
  nextRetryAt: number | undefined;
  isFlushed: boolean;
}

/** When the channel must wake by itself; undefined when it may sleep for good. */
export function nextWake({ now, isInboxEmpty, nextSendAt, nextRetryAt, isFlushed }: WakeState): number | undefined {
  const times = [
    isInboxEmpty ? undefined : now + retryDrainMs,
    nextSendAt === undefined ? undefined : Math.max(nextSendAt, now + 100),
    nextRetryAt === undefined ? undefined : Math.max(nextRetryAt, now + 50),
    isFlushed ? undefined : now + flushAfterMs,
  ].filter((at) => at !== undefined);
  return times.length === 0 ? undefined : Math.min(...times);
}
