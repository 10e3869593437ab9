/** When the counted calls of one key came: epoch milliseconds, oldest first, at most `limit` of them. */
export type WindowState = readonly number[];

export interface WindowLimit {
  /** Calls within any `windowMs`; at least 1, and the most entries a state ever has. */
  limit: number;
  windowMs: number;
}

export interface WindowVerdict {
  isAllowed: boolean;
  /** Calls still allowed after this one. */
  remaining: number;
  /** When the oldest counted call leaves the window, so when `remaining` next rises. */
  resetAtMs: number;
  /** What to keep; empty when nothing counts any more, so the key may go (RLM-4). */
  state: WindowState;
}

/**
 * Asks for one call at `now` in a true sliding window: never more than `limit` calls in any `windowMs` (RLM-1).
 * Pure: the caller keeps the state, and calls this and stores its result without awaiting in between.
 * A refused call counts for nothing. A clock that steps back is held at the newest call.
 */
export function take(state: WindowState, now: number, { limit, windowMs }: WindowLimit): WindowVerdict {
  const at = Math.max(now, state.at(-1) ?? now);
  const counted = countedAt(state, at, { limit, windowMs });
  if (counted.length >= limit) return verdict(false, counted, at, { limit, windowMs });
  return verdict(true, [...counted, at], at, { limit, windowMs });
}

/** What `take` would find, without asking: `isAllowed` says whether a call at `now` would pass. */
export function peek(state: WindowState, now: number, { limit, windowMs }: WindowLimit): WindowVerdict {
  const at = Math.max(now, state.at(-1) ?? now);
  const counted = countedAt(state, at, { limit, windowMs });
  return verdict(counted.length < limit, counted, at, { limit, windowMs });
}

/** A lowered limit keeps the newest: they alone decide when there is room again. */
function countedAt(state: WindowState, at: number, { limit, windowMs }: WindowLimit): WindowState {
  const inside = state.filter((stamp) => stamp > at - windowMs);
  return inside.slice(Math.max(0, inside.length - Math.max(0, limit)));
}

function verdict(isAllowed: boolean, state: WindowState, at: number, bounds: WindowLimit): WindowVerdict {
  return {
    isAllowed,
    remaining: Math.max(0, bounds.limit - state.length),
    resetAtMs: (state[0] ?? at) + bounds.windowMs,
    state,
  };
}
