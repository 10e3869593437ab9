import type { DataOf } from "#hub/api/call.ts";
import type { Tone } from "#hub/ui/status-mark.tsx";

export type Overview = DataOf<"GET /api/v1/communities/{community_id}/overview">;
export type OverviewChannel = Overview["channels"][number];
export type Connection = DataOf<"GET /api/v1/communities/{community_id}/connections">["connections"][number];

const slowMs = 60_000;

/** A channel that gave something up needs somebody; one whose queue grows old or is silent is watched. */
export function toneOfChannel({ queue, last_event_at }: OverviewChannel): Tone {
  if (queue !== null && queue.dead > 0) return "bad";
  if (queue === null || queue.oldest_age_ms > slowMs) return "warn";
  return last_event_at === null ? "idle" : "good";
}

export function toneOfSubscriptions({ needs_owner, waiting, enabled }: Overview["subscriptions"]): Tone {
  if (needs_owner > 0) return "bad";
  if (waiting > 0) return "busy";
  return enabled > 0 ? "good" : "idle";
}

/** How many things a person must see to. */
export function countTroubles(overview: Overview, connections: readonly Connection[]): number {
  const broken = connections.filter(({ status }) => status !== "active").length;
  const channels = overview.channels.filter((channel) => toneOfChannel(channel) === "bad").length;
  return broken + channels + (overview.subscriptions.needs_owner > 0 ? 1 : 0);
}
