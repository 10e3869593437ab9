import * as z from "zod";
import { platformName } from "#contracts/platform-name";

/** Longer words are cut: a feed is looked at, the records hold the whole. */
export const feedTextLength = 300;

const base = z.object({
  /** Equal for the same thing told twice, so that a page shows it once. */
  id: z.string(),
  at: z.int(),
  entityId: z.string(),
  eventId: z.string(),
});
const person = z.object({ id: z.string(), name: z.string() });

/** Something that happened in a community, for people who look on right now: come in, decided, done. */
export const feedNote = z.discriminatedUnion("kind", [
  base.extend({
    kind: z.literal("event"),
    platform: platformName,
    type: z.string(),
    user: person,
    text: z.string(),
  }),
  base.extend({
    kind: z.literal("decision"),
    executionId: z.string(),
    type: z.string(),
    user: person,
    trigger: z.string(),
    status: z.enum(["success", "refused", "failed", "ignored"]),
    module: z.string().nullable(),
    message: z.string().nullable(),
    replies: z.array(z.object({ type: z.string(), text: z.string() })),
  }),
  base.extend({
    kind: z.literal("effect"),
    effect: z.enum(["chat", "overlay", "post", "webhook", "registry", "rule"]),
    state: z.enum(["sent", "unknown", "failed"]),
    /** What was said or shown, without addresses. */
    text: z.string(),
    /** Why it failed. */
    problem: z.string().nullable(),
  }),
]);
export type FeedNote = z.infer<typeof feedNote>;
export const feedKinds = ["event", "decision", "effect"] as const;

/** What a page wants to see; all that is absent matches everything. */
export const feedFilter = z.strictObject({
  entityId: z.string().max(1024).optional(),
  kinds: z.array(z.enum(feedKinds)).max(3).optional(),
  /** Message types, like `chatMessage` or `follow`. */
  types: z.array(z.string().max(64)).max(40).optional(),
  /** Part of a name. */
  user: z.string().max(100).optional(),
});
export type FeedFilter = z.infer<typeof feedFilter>;

/** Feed → page. */
export const feedFrame = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("hello"),
    community: z.string(),
    version: z.string(),
    /** The page opens its next socket after this long; this one is silent soon after. */
    renewAfterMs: z.int(),
  }),
  z.object({
    type: z.literal("notes"),
    notes: z.array(feedNote),
    /** Notes that came faster than they can be shown. */
    dropped: z.int(),
  }),
]);
export type FeedFrame = z.infer<typeof feedFrame>;

/** Page → feed. */
export const feedPageMessage = z.strictObject({ type: z.literal("filter"), filter: feedFilter });

/** Why a socket of ours is closed; numbers of the private range. */
export const socketClose = {
  /** Its time is over: open the next one, which asks again whether one may. */
  renew: 4000,
  /** What it sent is no message of the page. */
  badMessage: 4400,
  tooMany: 4429,
} as const;

/** The feed object as a channel sees it. */
export interface FeedService {
  /** Whether anybody still looks on. */
  note(notes: FeedNote[], dropped: number): Promise<boolean>;
}
