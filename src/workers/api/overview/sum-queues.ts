import type { QueueStats } from "#contracts/channel";

export interface ShownQueue {
  waiting: number;
  dead: number;
  oldest_age_ms: number;
}

/** Both streams of a channel as one. */
export function sumQueues(streams: readonly QueueStats[]): ShownQueue {
  return {
    waiting: streams.reduce((sum, { depth }) => sum + depth, 0),
    dead: streams.reduce((sum, { dead }) => sum + dead, 0),
    oldest_age_ms: Math.max(0, ...streams.map(({ oldestAgeMs }) => oldestAgeMs)),
  };
}
