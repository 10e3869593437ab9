import type { PlatformAction } from "#contracts/platform-action";
import { channelActions } from "#platforms/slack/actions/channels";
import { fileActions } from "#platforms/slack/actions/files";
import { messageActions } from "#platforms/slack/actions/messages";
import { peopleActions } from "#platforms/slack/actions/people";
import { userGroupActions } from "#platforms/slack/actions/user-groups";

/** Everything the bot can do on Slack beyond answering. */
export const actions: ReadonlyMap<string, PlatformAction> = new Map(
  [...messageActions, ...channelActions, ...fileActions, ...peopleActions, ...userGroupActions].map(
    (action) => [action.name, action],
  ),
);
