import * as z from "zod";

/** Postgres takes neither NUL nor half a character; nobody reads control characters. */
const line = (most: number) =>
  z
    .string()
    .max(most)
    .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), "holds characters that cannot be stored");

/** The second value of reputation (90-decisions C-03): from 300 to 850, a newcomer has 600. Kept with four decimals. */
export const scoreBounds = { lowest: 300, start: 600, highest: 850 } as const;

export const reputationTier = z.enum(["exceptional", "very_good", "good", "fair", "poor"]);
export type ReputationTier = z.infer<typeof reputationTier>;

/** Where each tier begins, best first (40-core §1.33). */
export const tierFloors: readonly { tier: ReputationTier; from: number }[] = [
  { tier: "exceptional", from: 800 },
  { tier: "very_good", from: 740 },
  { tier: "good", from: 670 },
  { tier: "fair", from: 580 },
  { tier: "poor", from: scoreBounds.lowest },
];

export const weightName = z.enum([
  "chat",
  "command",
  "giveaway_entry",
  "follow",
  "sub_tier1",
  "sub_tier2",
  "sub_tier3",
  "gift",
  "donation",
  "cheer",
  "raid",
  "boost",
  "warn",
  "timeout",
  "kick",
  "ban",
]);
export type WeightName = z.infer<typeof weightName>;

/** What a deed changes the score by: donations by the whole unit of their currency, cheers by 100 bits (40-core §1.33). */
export const defaultWeights: Readonly<Record<WeightName, number>> = {
  chat: 0.01,
  command: -0.1,
  giveaway_entry: -1,
  follow: 1,
  sub_tier1: 5,
  sub_tier2: 10,
  sub_tier3: 20,
  gift: 3,
  donation: 1,
  cheer: 1,
  raid: 2,
  boost: 5,
  warn: -25,
  timeout: -50,
  kick: -75,
  ban: -200,
};

/** A community's own weights; a name left out keeps its default. For communities with the premium licence. */
export const weightRules = z.partialRecord(weightName, z.number().min(-1000).max(1000).multipleOf(0.0001));
export type WeightRules = z.infer<typeof weightRules>;

/** The name of a deed: the message type, save `message` for chat and `sub` for a subscription (10-router §1.1). */
export const deedName = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, "1 to 64 of a-z, 0-9 and _");

/** A community's own points; a name left out keeps its default. Bits and minutes of voice count by the piece. */
export const pointRules = z
  .record(deedName, z.int().min(-10_000).max(10_000))
  .refine((rules) => Object.keys(rules).length <= 100, "holds at most 100 rules");
export type PointRules = z.infer<typeof pointRules>;

/** What a community decides about scores. Below the threshold somebody is banned, where the ban is switched on. */
export const reputationSettings = z.strictObject({
  auto_ban: z.boolean(),
  ban_threshold: z.int().min(scoreBounds.lowest).max(scoreBounds.highest),
  risk_buffer: z.int().min(0).max(500),
});
export type ReputationSettings = z.infer<typeof reputationSettings>;

export const defaultSettings: ReputationSettings = { auto_ban: false, ban_threshold: 450, risk_buffer: 50 };

/** `platform:user id`, never a name; `%` and `:` inside the id are escaped as in `makeUserKey`. */
export const personKey = line(300).regex(
  /^[a-z0-9-]{1,32}:[^\s:]{1,260}$/u,
  "is platform:user id, like twitch:1234",
);

/** Deeds in one request (40-core §1.33). */
export const deedsPerBatch = 1000;
/** The most one deed may come to in bits, minutes or hundredths of a currency. */
export const mostAmount = 1_000_000_000;

const moderation = z.enum(["warn", "timeout", "kick", "ban"]);
const who = {
  /** The same key of the same caller counts once. */
  idempotency_key: z.string().regex(/^[\w.:-]{1,128}$/, "1 to 128 letters, digits and _ . : -"),
  community_id: z.int().min(1).max(2_147_483_647),
  user_key: personKey,
  user_name: line(255).min(1).optional(),
};

/** Something somebody did, as a service reports it. */
export const reportedDeed = z.strictObject({
  ...who,
  event_name: deedName,
  /** Bits, minutes, or hundredths of a currency. */
  amount: z.int().min(0).max(mostAmount).optional(),
  tier: z.enum(["1", "2", "3"]).optional(),
  occurred_at: z.iso.datetime({ offset: true }).optional(),
});
export type ReportedDeed = z.infer<typeof reportedDeed>;

/** Something that was done about somebody. */
export const reportedModeration = z.strictObject({ ...who, action: moderation });

/** By hand, in one community only. */
export const reputationChange = z
  .strictObject({
    score_change: z.number().min(-550).max(550).multipleOf(0.0001).default(0),
    points_change: z.int().min(-1_000_000_000).max(1_000_000_000).default(0),
    reason: line(200).trim().min(1),
  })
  .refine((change) => change.score_change !== 0 || change.points_change !== 0, "changes nothing");
export type ReputationChange = z.infer<typeof reputationChange>;
