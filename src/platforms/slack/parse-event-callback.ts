import type * as z from "zod";
import { makeEntityId } from "#contracts/ids";
import type { PlatformConfig, Receipt } from "#contracts/platform";
import { accepted, ignore, receiveEvent } from "#platforms/slack/answers";
import { readText } from "#platforms/slack/escape";
import type { Received } from "#platforms/slack/received";
import * as wire from "#platforms/slack/wire";

type Inner = z.infer<typeof wire.innerEvent>;

/**
 * Subtypes that are somebody saying something. The others tell of changes, or repeat an event of their own:
 * `channel_join` is `member_joined_channel`, `bot_message` another bot's.
 */
const spokenSubtypes: ReadonlySet<string | undefined> = new Set([
  undefined,
  "thread_broadcast",
  "me_message",
]);

/** The Events API: something happened in a workspace. */
export function parseEventCallback(
  callback: wire.EventCallback,
  received: Received,
  config: PlatformConfig,
): Receipt {
  const inner = wire.innerEvent.safeParse(callback.event);
  if (!inner.success) return ignore("unexpected event shape");
  if (isOwn(inner.data, callback, config)) return ignore("own message");
  const { type, subtype } = inner.data;
  switch (type) {
    case "message":
      if (subtype === "file_share") return readPost(callback, received, config, "file_share");
      if (spokenSubtypes.has(subtype)) return readPost(callback, received, config, "chatMessage");
      return ignore("message subtype");
    case "app_mention":
      return readPost(callback, received, config, "app_mention");
    case "reaction_added":
      return readReaction(callback, received);
    case "member_joined_channel":
      return readMembership(callback, received, "member_join");
    case "member_left_channel":
      return readMembership(callback, received, "member_leave");
    case "app_uninstalled":
      return revoke(callback, type);
    case "tokens_revoked":
      return readTokensRevoked(callback);
    default:
      return ignore("unknown event type");
  }
}

/** Ours, or any other bot's: bots that answer bots never stop. */
function isOwn(
  { user, bot_id, subtype }: Inner,
  { authorizations = [] }: wire.EventCallback,
  config: PlatformConfig,
): boolean {
  if (bot_id || subtype === "bot_message") return true;
  if (user === undefined) return false;
  return (
    user === config.SLACK_BOT_USER_ID ||
    authorizations.some(({ user_id, is_bot }) => is_bot === true && user_id === user)
  );
}

function readPost(
  callback: wire.EventCallback,
  received: Received,
  config: PlatformConfig,
  type: "chatMessage" | "file_share" | "app_mention",
): Receipt {
  const seen = wire.message.safeParse(callback.event);
  if (!seen.success) return ignore("unexpected event shape");
  const { user, channel, ts, text, thread_ts: thread } = seen.data;
  const base = {
    ...common(callback, received, { user, channel, ts, thread }),
    // One post that names the bot arrives as `message` and as `app_mention`, with different event ids.
    semanticKey: `slack:post:${callback.team_id}:${channel}:${ts}`,
  };
  if (type === "file_share") return receiveEvent({ ...base, type });
  const said = readText(withoutCall(text, botIds(callback, config)));
  if (type === "app_mention") return receiveEvent({ ...base, type, text: said });
  return receiveEvent({ ...base, type, text: said, messageId: ts });
}

/** `@bot !help` means `!help`, by whichever of the two events it arrives. */
function withoutCall(text: string, bots: readonly string[]): string {
  const call = /^\s*<@([A-Z0-9]+)(?:\|[^>]*)?>[:,]?\s*/.exec(text);
  return call?.[1] && bots.includes(call[1]) ? text.slice(call[0].length) : text;
}

function botIds(
  { authorizations = [] }: wire.EventCallback,
  { SLACK_BOT_USER_ID }: PlatformConfig,
): string[] {
  const installed = authorizations.filter(({ is_bot }) => is_bot).map(({ user_id }) => user_id);
  return [...installed, SLACK_BOT_USER_ID].filter((id) => typeof id === "string");
}

function readReaction(callback: wire.EventCallback, received: Received): Receipt {
  const seen = wire.reactionAdded.safeParse(callback.event);
  // A reaction to a file that was never posted has no channel.
  if (!seen.success) return ignore("unexpected event shape");
  const { user, item, event_ts: ts, reaction } = seen.data;
  const base = common(callback, received, { user, channel: item.channel, ts });
  return receiveEvent({ ...base, type: "reaction", emoji: reaction.toWellFormed() });
}

function readMembership(
  callback: wire.EventCallback,
  received: Received,
  type: "member_join" | "member_leave",
): Receipt {
  const seen = wire.membership.safeParse(callback.event);
  if (!seen.success) return ignore("unexpected event shape");
  const { user, channel, event_ts: ts } = seen.data;
  return receiveEvent({ ...common(callback, received, { user, channel, ts }), type });
}

/** Only the bot's own token is one we hold; a person's that died is theirs to know. */
function readTokensRevoked(callback: wire.EventCallback): Receipt {
  const seen = wire.tokensRevoked.safeParse(callback.event);
  if (!seen.success) return ignore("unexpected event shape");
  return seen.data.tokens.bot.length > 0 ? revoke(callback, "tokens_revoked") : ignore("a person's token");
}

/**
 * The connection to this team is over. Slack does not promise an order: these may come after the app was installed
 * again, so whoever marks the connection asks first whether its token is really dead (`OAuthProvider.validate`).
 */
function revoke({ team_id, api_app_id = "" }: wire.EventCallback, topic: string): Receipt {
  return {
    kind: "revoked",
    subscriptionId: api_app_id,
    topic,
    target: team_id,
    status: "revoked",
    answer: accepted,
  };
}

interface Happened {
  user: string;
  channel: string;
  ts: string | undefined;
  thread?: string | undefined;
}

function common(
  { team_id: server, event_id }: wire.EventCallback,
  { receivedAt, correlationId }: Received,
  { user, channel, ts, thread }: Happened,
) {
  const inThread = thread === undefined ? {} : { replyToMessageId: thread };
  return {
    id: `slack:${event_id}`,
    platform: "slack",
    entityId: makeEntityId({ platform: "slack", server, channel }),
    // Events name people by id only; the sender puts the name in their place (docs/decisions/0021).
    user: { id: user, login: user, name: user },
    receivedAt,
    occurredAt: ts === undefined ? receivedAt : Math.floor(Number(ts) * 1000),
    correlationId,
    replyTo: { kind: "chat" as const, platform: "slack", channel, server, user, ...inThread },
  };
}
