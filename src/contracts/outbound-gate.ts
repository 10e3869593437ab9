/** One limit of a platform: at most `limit` calls in any `windowMs` (a true sliding window). */
export interface LaneRule {
  /** What the platform counts: `chat/<channel>`, `helix`, a Discord route bucket. At most 255 characters. */
  lane: string;
  limit: number;
  windowMs: number;
}

/** Moderation goes before replies, replies before timers: the lower ones leave room in every lane. */
export type SendPriority = "moderation" | "reply" | "timer";

/** The shared memory of what a platform lets one identity do. One object per platform and identity; nothing is stored. */
export interface OutboundGate {
  /** Takes one place in every lane, or none: then `waitMs` (> 0) says when to come back. */
  take(lanes: readonly LaneRule[], priority: SendPriority): Promise<{ waitMs: number }>;
  /** The platform said no (429, Retry-After) or has nothing left: the lane is shut until this moment (epoch ms). */
  shut(lane: string, until: number): Promise<void>;
}
