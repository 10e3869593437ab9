import type { Outcome } from "#contracts/outcome";
import type { SendContext } from "#contracts/platform";

/** One thing a platform shall tell us of one channel: `channel.follow`, version 2, of broadcaster 100. */
export interface WantedSubscription {
  topic: string;
  version: string;
  /** The platform's own id of the channel. */
  target: string;
  /** False where asking again now would be of no use: only the owner can help, or it is not yet time. */
  mayCreate: boolean;
}

export interface SubscriptionRequest {
  platform: string;
  wanted: readonly WantedSubscription[];
  /** `all` lists what there is, makes what is missing, removes the rest; `some` only makes what is wanted. */
  scope: "all" | "some";
  /** Where notifications come in, and what they are to be signed with. Secret. */
  callback: string;
  secret: string;
  /** Told apart by shards of webhooks where the platform has such a thing (Twitch conduits). */
  conduit?: { shards: number };
}

/**
 * How one wanted subscription stands: `enabled`, `pending` (asked for, or soon to be), or the platform's own word for
 * why not. `needsOwner`: asking again is of no use until somebody consents.
 */
export interface SubscriptionState {
  topic: string;
  target: string;
  subscriptionId: string | null;
  status: string;
  needsOwner: boolean;
  /** For people; null where nothing is wrong. */
  problem: string | null;
}

export interface SubscriptionReport {
  /** Only of those something is known about: what a run did not get to is not in it. */
  states: SubscriptionState[];
  created: number;
  removed: number;
  /** Of the same application, with another address than ours: left alone. */
  foreign: number;
  /** What they cost together, where the platform says. */
  cost: { total: number; max: number } | null;
  /** Why the run ended before its end, with when to go on; null when it did not. */
  stopped: { problem: string; retryAfterMs: number } | null;
}

/** A platform that tells only what was subscribed to. Run by the sender, which alone holds tokens. */
export interface SubscriptionKeeper {
  /** What is wanted of every channel. */
  topics: readonly { topic: string; version: string }[];
  /** Brings what there is to what is wanted. `unauthenticated`: the token is dead, nothing was done. */
  reconcile(request: SubscriptionRequest, context: SendContext): Promise<Outcome<SubscriptionReport>>;
  /** Where the account of this token is moderator; `forbidden` for a token that may not ask. */
  readModerated?(context: SendContext & { account: string }): Promise<Outcome<string[]>>;
}
