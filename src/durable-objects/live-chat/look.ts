import type { LiveBroadcast } from "#contracts/live-chat";
import { failureWaitMs } from "#durable-objects/live-chat/failure-wait";
import type { Notice, ReaderDeps, Target } from "#durable-objects/live-chat/reader-state";

/** What came of a look: it is live, it is to be looked at again, or not before `until`. */
export type Look =
  | { kind: "live"; broadcast: LiveBroadcast }
  | { kind: "again"; notice: Notice }
  | { kind: "settled"; until: number };

const minuteMs = 60_000;
const hourMs = 3_600_000;
/** A notification may be faster than what it speaks of is shown. */
const looksAtUnknown = 5;
/** What was never shown may be published later. */
const unknownRestMs = hourMs;
/** A planned broadcast that did not begin so long after its time is not waited for. */
const patienceMs = 6 * hourMs;
/** One without a time is looked at hourly for two days. */
const looksAtTimeless = 48;

/** Looks at a video. Pure but for its deps, and safe to repeat. */
export async function look(target: Target, notice: Notice, deps: ReaderDeps): Promise<Look> {
  const { platform, communityId, channelId } = target;
  const found = await deps.find({ platform, communityId }, channelId, notice.videoId);
  const now = deps.now();
  if (!found.ok) {
    const failures = notice.failures + 1;
    const problem = found.message ?? "The video cannot be looked at right now.";
    const dueAt = now + Math.max(found.retryAfterMs ?? 0, failureWaitMs(failures));
    return { kind: "again", notice: { ...notice, failures, problem, dueAt } };
  }
  const { video } = found.value;
  const seen = { ...notice, looks: notice.looks + 1, failures: 0, problem: null };
  switch (video.state) {
    case "live":
      return { kind: "live", broadcast: video.broadcast };
    case "over":
      return { kind: "settled", until: Number.MAX_SAFE_INTEGER };
    case "unknown":
      return seen.looks < looksAtUnknown
        ? { kind: "again", notice: { ...seen, dueAt: now + minuteMs } }
        : { kind: "settled", until: now + unknownRestMs };
    case "planned": {
      const dueAt = nextLook(video.startsAt, seen.looks, now);
      return dueAt === null
        ? { kind: "settled", until: now + unknownRestMs }
        : { kind: "again", notice: { ...seen, dueAt } };
    }
  }
}

/**
 * When a planned broadcast is looked at again: half-way to its time, at most six hours on, so that one moved forward is
 * found and one planned for next week costs some thirty units; each minute around its time; rarer when it is late.
 */
function nextLook(startsAt: number | null, looks: number, now: number): number | null {
  if (startsAt === null) return looks < looksAtTimeless ? now + hourMs : null;
  const leftMs = startsAt - now;
  if (leftMs < -patienceMs) return null;
  if (leftMs < -15 * minuteMs) return now + 5 * minuteMs;
  return now + Math.min(Math.max(leftMs / 2, minuteMs), 6 * hourMs);
}
