/** One limit of a platform: at most `limit` calls in any `windowMs` (a true sliding window). */
export interface LaneRule {
  /** What the platform counts: `chat/<channel>`, `helix`, a Discord route bucket. At most 255 characters. */
  lane: string;
  limit: number;
  windowMs: number;
  /** Places taken at once, such as the parts of one message; 1 if absent, and never more than may be had. */
  places?: number;
  /** The limit in a place where this identity moderates (`ModeratedPlaces`); Infinity lifts the rule there. */
  inModerated?: { place: string; limit: number };
}

/** Moderation goes before replies, replies before timers: the lower ones leave room in every lane. */
export type SendPriority = "moderation" | "reply" | "timer";

/** The shared memory of what a platform lets one identity do. One object per platform and identity. */
export interface OutboundGate {
  /** Takes its places in every lane, or none: then `waitMs` (> 0) says when to come back, and `lane` for which of them. */
  take(lanes: readonly LaneRule[], priority: SendPriority): Promise<{ waitMs: number; lane?: string }>;
  /** The places of the last `take` of these lanes were not used: nothing was counted by the platform. */
  giveBack?(lanes: readonly LaneRule[]): Promise<void>;
  /** The platform said no (429, Retry-After) or has nothing left: the lane is shut until this moment (epoch ms). */
  shut(lane: string, until: number): Promise<void>;
}

/** Where an identity has a moderator's rights; the one thing a gate remembers for good. */
export interface ModeratedPlaces {
  /** The whole list, in the platform's own ids; what is missing is taken off. */
  setModerated(places: readonly string[]): Promise<void>;
}
