import type { PlatformAction } from "#contracts/platform-action";
import { channelActions } from "#platforms/twitch/actions/channel";
import { moderationActions } from "#platforms/twitch/actions/moderation";
import { voteActions } from "#platforms/twitch/actions/votes";

/** What Twitch can do beyond talking, by name. */
export const actions: ReadonlyMap<string, PlatformAction> = new Map(
  [...moderationActions, ...channelActions, ...voteActions].map((action) => [action.name, action]),
);
