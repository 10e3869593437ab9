export interface SlidingPaceOptions {
  windowMs: number;
  now: () => number;
}

/** A platform's "so many in any so many seconds", as waiting times. */
export interface SlidingPace {
  /** Books `count` and says when each may happen, in ms from now; undefined, nothing booked, above `maxWaitMs`. */
  book(count: number, bounds: { limit: number; maxWaitMs: number }): number[] | undefined;
}

/** Everything counts against one window, also where the limit differs from one booking to the next. */
export function makeSlidingPace({ windowMs, now }: SlidingPaceOptions): SlidingPace {
  let booked: number[] = [];
  return {
    book(count, { limit, maxWaitMs }) {
      const at = now();
      const planned = booked.filter((moment) => moment > at - windowMs);
      const times: number[] = [];
      for (let index = 0; index < count; index++) {
        const blocking = planned.at(-limit);
        const free =
          planned.length < limit || blocking === undefined ? at : Math.max(at, blocking + windowMs);
        if (free - at > maxWaitMs) return undefined;
        planned.push(free);
        planned.sort((one, other) => one - other);
        times.push(free - at);
      }
      booked = planned;
      return times;
    },
  };
}
