import type * as z from "zod";
import type { ActionState } from "#simulators/twitch/actions-state";
import type { RefusedStatus } from "#simulators/twitch/helix-context";

/** What an endpoint is given: the request was allowed and its shape is right. */
export interface ActionCall {
  state: ActionState;
  query: Record<string, string>;
  body: unknown;
}

export type ActionAnswer =
  | { status: 200 | 202; data: object[] }
  | { status: 204 }
  | { status: RefusedStatus; message: string };

/** One endpoint of Helix that does something. */
export interface ActionEndpoint {
  method: "POST" | "PATCH" | "DELETE";
  path: string;
  scope: string;
  /** Whose token: the parameter that must name its user. */
  actor: { in: "query" | "body"; name: string };
  /** True where that user must moderate the channel in `broadcaster_id` (shoutouts: `from_broadcaster_id`). */
  asModerator?: boolean;
  query?: readonly string[];
  optional?: readonly string[];
  body?: z.ZodType;
  limit?: { calls: number; windowMs: number };
  run(call: ActionCall): ActionAnswer;
}

/** Done, and nothing to say about it. */
export const done: ActionAnswer = { status: 204 };
/** The actor that most endpoints of a channel name. */
export const ofBroadcaster = { in: "query", name: "broadcaster_id" } as const;
