import { peek, take, type WindowLimit, type WindowState, type WindowVerdict } from "#lib/sliding-window";

/** One thing that is counted, and the windows it must fit into. The same calls count in every window. */
export interface LimitCheck {
  /** Within the bucket: a route group, a role, a route. */
  name: string;
  windows: readonly WindowLimit[];
}

/** What the tightest window says; for a refusal the one that opens last. */
export interface LimitAnswer {
  isAllowed: boolean;
  limit: number;
  remaining: number;
  resetAtMs: number;
  /** 0 when allowed. */
  retryAfterMs: number;
}

/** What a bucket of limits answers, over RPC. */
export interface RateLimiterService {
  /** Counts one call under every name, or, when one window is full, under none. */
  take(checks: readonly LimitCheck[]): Promise<LimitAnswer>;
}

/** Every stamp is dropped after this; a longer window would forget calls. */
export const longestWindowMs = 3_600_000;

/**
 * Asks for one call at `now` that must fit into all windows of all checks. A refused call counts nowhere.
 * Pure; `logs` holds for each name the stamps of its longest window, and the answer's are what to keep.
 */
export function takeAll(
  logs: ReadonlyMap<string, WindowState>,
  now: number,
  checks: readonly LimitCheck[],
): { answer: LimitAnswer; logs: Map<string, WindowState> } {
  const found = checks.flatMap(({ name, windows }) =>
    windows.map((window) => ({ ...peek(logs.get(name) ?? [], now, window), limit: window.limit })),
  );
  const refused = found.filter(({ isAllowed }) => !isAllowed);
  if (refused.length > 0) return { answer: refusal(refused, now), logs: new Map(logs) };
  const next = new Map(logs);
  for (const { name, windows } of checks) {
    const longest = windows.toSorted((a, b) => b.windowMs - a.windowMs)[0];
    if (longest) next.set(name, take(next.get(name) ?? [], now, longest).state);
  }
  return { answer: permission(found, now), logs: next };
}

type Found = WindowVerdict & { limit: number };

function refusal(refused: readonly Found[], now: number): LimitAnswer {
  const last = refused.reduce((latest, one) => (one.resetAtMs > latest.resetAtMs ? one : latest));
  const { limit, resetAtMs } = last;
  return { isAllowed: false, limit, remaining: 0, resetAtMs, retryAfterMs: Math.max(1, resetAtMs - now) };
}

function permission(found: readonly Found[], now: number): LimitAnswer {
  const [first, ...others] = found;
  if (!first) return { isAllowed: true, limit: 0, remaining: 0, resetAtMs: now, retryAfterMs: 0 };
  const tightest = others.reduce((least, one) => (one.remaining < least.remaining ? one : least), first);
  const { limit, remaining, resetAtMs } = tightest;
  return { isAllowed: true, limit, remaining: remaining - 1, resetAtMs, retryAfterMs: 0 };
}
