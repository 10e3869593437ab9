const retryDrainMs = 2000;

export interface WakeState {
  now: number;
  isInboxEmpty: boolean;
  nextSendAt: number | undefined;
  nextRetryAt: number | undefined;
  flushAt: number | undefined;
  companionsAt: number | undefined;
}

/** When the channel must wake by itself; undefined when it may sleep for good. */
export function nextWake({
  now,
  isInboxEmpty,
  nextSendAt,
  nextRetryAt,
  flushAt,
  companionsAt,
}: WakeState): number | undefined {
  const times = [
    isInboxEmpty ? undefined : now + retryDrainMs,
    nextSendAt === undefined ? undefined : Math.max(nextSendAt, now + 100),
    nextRetryAt === undefined ? undefined : Math.max(nextRetryAt, now + 50),
    flushAt === undefined ? undefined : Math.max(flushAt, now + 100),
    companionsAt === undefined ? undefined : Math.max(companionsAt, now + 50),
  ].filter((at) => at !== undefined);
  return times.length === 0 ? undefined : Math.min(...times);
}
