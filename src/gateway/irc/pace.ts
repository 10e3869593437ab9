export interface PaceOptions {
  /** Lines that may go at once. */
  burst: number;
  perSecond: number;
  /** Longer waits are refused: the channel tries again rather than hold its place here. */
  maxWaitMs: number;
  now: () => number;
}

/** Keeps us under a server's flood limit. */
export interface Pace {
  /** Books `lines` and says when each may leave, in ms from now; undefined (nothing booked) when it would take too long. */
  book(lines: number): number[] | undefined;
}

export function makePace({ burst, perSecond, maxWaitMs, now }: PaceOptions): Pace {
  let tokens = burst;
  let countedAt = now();
  return {
    book(lines) {
      const at = now();
      tokens = Math.min(burst, tokens + ((at - countedAt) / 1000) * perSecond);
      countedAt = at;
      const before = tokens;
      const waits = Array.from({ length: lines }, (_, line) =>
        Math.max(0, Math.ceil(((line + 1 - before) / perSecond) * 1000)),
      );
      if ((waits.at(-1) ?? 0) > maxWaitMs) return undefined;
      tokens -= lines;
      return waits;
    },
  };
}
