import * as z from "zod";

/** What a community is (81-details §2.9); `creator` where nobody said. */
export const communityType = z.enum(["shared_interest_group", "gaming", "creator", "corporate", "other"]);
export type CommunityType = z.infer<typeof communityType>;

/** How people get in (81-details §2.9): by themselves, after a moderator agreed, or by invitation only. */
export const joinMode = z.enum(["open", "approval", "invite"]);
export type JoinMode = z.infer<typeof joinMode>;

/** Of the community everybody belongs to (90-decisions C-07). */
export const globalSlug = "waddlebot-global";

/** Communities one account may own, channels one may have, invitations that are open at a time (threats row 26). */
export const communitiesPerOwner = 10;
export const channelsPerCommunity = 200;
export const invitationsPerCommunity = 100;
/** Requests to join that wait at a time. */
export const joinRequestsPerCommunity = 10_000;

/**
 * A community's word in addresses. ASCII alone, so that no two letters look the same; starts with a letter, so that it
 * is never taken for a number; single hyphens between.
 */
export const communitySlug = z
  .string()
  .min(3)
  .max(32)
  .regex(/^[a-z](?:-?[a-z0-9])*$/, "is 3 to 32 of a-z, 0-9 and single hyphens, and begins with a letter");

const color = z.string().regex(/^#[0-9a-f]{6}$/i, "is # and six hex digits");

/** Colours a page or an overlay of the community uses; a missing one is the house's. */
export const themeColors = z.strictObject({
  primary: color.optional(),
  secondary: color.optional(),
  accent: color.optional(),
  background: color.optional(),
  text: color.optional(),
});

/** How a community looks; `logo_url` is https, checked where it comes in. */
export const communityTheme = z.strictObject({
  logo_url: z.string().max(500).nullable().default(null),
  colors: themeColors.default({}),
});
export type CommunityTheme = z.infer<typeof communityTheme>;
