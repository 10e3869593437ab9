import { type OutcomeCode, type Refusal, refuse } from "#contracts/outcome";

const maxWaitMs = 15 * 60_000;
const signIn = "Slack no longer accepts the bot's sign-in. Its owner must connect it again.";
const ownTrouble = "Slack has a problem of its own.";

/** Slack's error names in the words of people. */
const known: Readonly<Record<string, readonly [code: OutcomeCode, message: string]>> = {
  not_authed: ["unauthenticated", signIn],
  invalid_auth: ["unauthenticated", signIn],
  account_inactive: ["unauthenticated", signIn],
  token_expired: ["unauthenticated", signIn],
  token_revoked: ["unauthenticated", signIn],
  org_login_required: ["unauthenticated", signIn],
  missing_scope: ["forbidden", "The bot was not given the right to do that. Connect it again and allow it."],
  not_allowed_token_type: ["forbidden", "This cannot be done with the bot's kind of sign-in."],
  channel_not_found: ["not_found", "There is no such channel, or the bot cannot see it."],
  not_in_channel: ["forbidden", "The bot is not in this channel. Invite it first."],
  is_archived: ["forbidden", "This channel is archived."],
  channel_is_archived: ["forbidden", "This channel is archived."],
  restricted_action: ["forbidden", "A rule of this workspace does not allow that."],
  restricted_action_read_only_channel: ["forbidden", "Only some people may write in this channel."],
  ekm_access_denied: ["forbidden", "The workspace's administrators have stopped messages."],
  cant_kick_self: ["bad_request", "The bot cannot remove itself."],
  cant_kick_from_general: ["forbidden", "Nobody can be removed from this channel."],
  cant_invite_self: ["conflict", "The bot is in this channel already."],
  already_in_channel: ["conflict", "They are in this channel already."],
  user_not_found: ["not_found", "There is no such person in this workspace."],
  user_not_in_channel: ["not_found", "They are not in this channel."],
  name_taken: ["conflict", "A channel of this name exists already."],
  invalid_name_specials: ["bad_request", "A channel's name holds small letters, digits, - and _ only."],
  message_not_found: ["not_found", "That message is gone."],
  cant_update_message: ["forbidden", "The bot can change its own messages only."],
  cant_delete_message: ["forbidden", "The bot can delete its own messages only."],
  edit_window_closed: ["forbidden", "That message is too old to be changed."],
  already_reacted: ["conflict", "That reaction is there already."],
  no_reaction: ["not_found", "That reaction is not there."],
  invalid_name: ["bad_request", "Slack knows no such emoji or name."],
  too_many_reactions: ["conflict", "That message holds no more reactions."],
  too_many_emoji: ["conflict", "That message holds no more reactions."],
  msg_too_long: ["too_large", "That is too long for Slack."],
  msg_blocks_too_long: ["too_large", "That is too long for Slack."],
  view_too_large: ["too_large", "This form is too large for Slack."],
  too_long: ["too_large", "That is too long for Slack."],
  no_text: ["bad_request", "There is nothing to say."],
  invalid_blocks: ["bad_request", "Slack cannot show this."],
  expired_trigger_id: ["not_found", "That took too long. Please try again."],
  exchanged_trigger_id: ["conflict", "The form was opened already."],
  invalid_trigger_id: ["bad_request", "The form cannot be opened from here."],
  no_such_subteam: ["not_found", "There is no such user group in this workspace."],
  invalid_users: ["not_found", "There is no such person in this workspace."],
  plan_upgrade_required: ["forbidden", "User groups are no part of this workspace's plan."],
  permission_denied: ["forbidden", "The workspace lets nobody but its owners change user groups."],
  internal_error: ["unknown", ownTrouble],
  fatal_error: ["unknown", ownTrouble],
  request_timeout: ["unknown", ownTrouble],
  service_unavailable: ["unknown", ownTrouble],
  team_added_to_org: ["unavailable", "This workspace is being moved. Try again later."],
};

/** What an error the Web API names (with HTTP 200) means; `unknown` where Slack may have acted before it failed. */
export function refuseError(error: string, headers: Headers): Refusal {
  if (error === "ratelimited" || error === "rate_limited") return refusePause(headers);
  const entry = Object.hasOwn(known, error) ? known[error] : undefined;
  const [code, message] = entry ?? (["bad_request", "Slack did not take that."] as const);
  return refuse(code, { message });
}

/** What a failed status means; `unknown` where Slack may have acted before it failed. */
export function refuseStatus({ status, headers }: { status: number; headers: Headers }): Refusal {
  if (status === 429) return refusePause(headers);
  if (status >= 500) return refuse("unknown", { message: ownTrouble });
  // A response_url that was used five times or is older than 30 minutes.
  if (status === 404 || status === 410)
    return refuse("not_found", { message: "Slack takes no more replies to this." });
  if (status === 401) return refuse("unauthenticated", { message: signIn });
  if (status === 403) return refuse("forbidden", { message: "The bot may not speak here." });
  return refuse("bad_request", { message: "Slack did not accept the message." });
}

/** Retry-After is in whole seconds. */
export function refusePause(headers: Headers): Refusal {
  const seconds = Number(headers.get("retry-after"));
  const retryAfterMs = Math.min(Math.max(Number.isFinite(seconds) ? seconds * 1000 : 0, 1000), maxWaitMs);
  return refuse("rate_limited", { message: "Slack asks for a pause.", retryAfterMs });
}
