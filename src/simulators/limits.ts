export interface Allowance {
  isAllowed: boolean;
  limit: number;
  remaining: number;
  /** Epoch milliseconds at which there is room again. */
  resetAt: number;
}

export interface Limiter {
  take(key: string, now: number): Allowance;
}

/** Counts per key in windows that start with the first request; everything is forgiven when a window ends. */
export function makeFixedWindow(limit: number, windowMs: number): Limiter {
  const windows = new Map<string, { count: number; resetAt: number }>();
  return {
    take(key, now) {
      const current = windows.get(key);
      const window = current && current.resetAt > now ? current : { count: 0, resetAt: now + windowMs };
      windows.set(key, window);
      window.count += 1;
      return {
        isAllowed: window.count <= limit,
        limit,
        remaining: Math.max(0, limit - window.count),
        resetAt: window.resetAt,
      };
    },
  };
}

/** A bucket of `burst` that refills by one every `refillMs`. A refused request takes nothing. */
export function makeTokenBucket(burst: number, refillMs: number): Limiter {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    take(key, now) {
      const bucket = buckets.get(key) ?? { tokens: burst, at: now };
      const tokens = Math.min(burst, bucket.tokens + (now - bucket.at) / refillMs);
      const isAllowed = tokens >= 1;
      const left = isAllowed ? tokens - 1 : tokens;
      buckets.set(key, { tokens: left, at: now });
      const resetAt = now + Math.ceil(Math.max(0, 1 - left) * refillMs);
      return { isAllowed, limit: burst, remaining: Math.floor(left), resetAt };
    },
  };
}
