/** A token with less than this left is renewed before it is handed out: it must outlive the call it is for. */
export const aliveMarginMs = 30_000;

/** Between two refreshes of an account: a platform that rejects even a new token gets no storm of them. */
export const minGapMs = 5000;

/** Records are moved to a new encryption key within this, even where nothing else happens. */
export const sweepMs = 86_400_000;

/** Twitch demands the question every hour of everybody who holds sessions (platform-contracts 1.1). */
export const validateEveryMs = 3_600_000;
/** When nobody answered the question, or a token just failed it. */
export const validateSoonMs = 60_000;

/** Long enough for an owner to act on `reauth_required` while the old token still works. */
const refreshAheadMs = 1_800_000;
const longestWaitMs = 60_000;
const longestAskedWaitMs = 600_000;

/** From a token's birth to its refresh: half an hour ahead of its end, or at half of a short life. */
export function refreshAfterMs(lifeMs: number): number {
  return Math.max(lifeMs - refreshAheadMs, lifeMs / 2);
}

/** A token that cannot be renewed ends the bot's speech for certain: its owner has a day to act, or half of a short life. */
export const warnAheadMs = 86_400_000;

/** From the birth of a token without a refresh to when its owner must hear of its end. */
export function warnAfterMs(lifeMs: number): number {
  return Math.max(lifeMs - warnAheadMs, lifeMs / 2);
}

/** After the n-th failure in a row 1, 2, 4 … 60 s; longer, up to 10 min, only when the provider asks for it. */
export function failureWaitMs(failures: number, retryAfterMs = 0): number {
  const ownMs = Math.min(1000 * 2 ** Math.min(failures, 10), longestWaitMs);
  return Math.max(ownMs, Math.min(retryAfterMs, longestAskedWaitMs));
}
