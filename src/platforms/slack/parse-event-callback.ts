import type * as z from "zod";
import { makeEntityId } from "#contracts/ids";
import type { PlatformConfig, Receipt, WebhookRequest } from "#contracts/platform";
import { ignore, receiveEvent } from "#platforms/slack/answers";
import { readText } from "#platforms/slack/escape";
import * as wire from "#platforms/slack/wire";

/** The Events API: something happened in a workspace. */
export function parseEventCallback(
  callback: wire.EventCallback,
  request: WebhookRequest,
  config: PlatformConfig,
): Receipt {
  const inner = wire.innerEvent.safeParse(callback.event);
  if (!inner.success) return ignore("unexpected event shape");
  if (isOwn(inner.data, callback, config)) return ignore("own message");
  const { type, subtype } = inner.data;
  if (type === "message" && (subtype === undefined || subtype === "file_share")) {
    return readPost(callback, request, config, subtype === undefined ? "chatMessage" : "file_share");
  }
  if (type === "message") return ignore("message subtype");
  if (type === "app_mention") return readPost(callback, request, config, "app_mention");
  if (type === "reaction_added") return readReaction(callback, request);
  if (type === "member_joined_channel") return readMemberJoined(callback, request);
  return ignore("unknown event type");
}

/** Ours, or any other bot's: bots that answer bots never stop. */
function isOwn(
  { user, bot_id }: z.infer<typeof wire.innerEvent>,
  { authorizations = [] }: wire.EventCallback,
  config: PlatformConfig,
): boolean {
  if (bot_id || (user !== undefined && user === config.SLACK_BOT_USER_ID)) return true;
  return authorizations.some(
    ({ user_id, is_bot }) => is_bot === true && user_id === user && user !== undefined,
  );
}

function readPost(
  callback: wire.EventCallback,
  request: WebhookRequest,
  config: PlatformConfig,
  type: "chatMessage" | "file_share" | "app_mention",
): Receipt {
  const seen = wire.message.safeParse(callback.event);
  if (!seen.success) return ignore("unexpected event shape");
  const { user, channel, ts, text } = seen.data;
  const base = {
    ...common(callback, request, { user, channel, ts }),
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

function readReaction(callback: wire.EventCallback, request: WebhookRequest): Receipt {
  const seen = wire.reactionAdded.safeParse(callback.event);
  if (!seen.success) return ignore("unexpected event shape");
  const { user, item, event_ts: ts, reaction } = seen.data;
  const base = common(callback, request, { user, channel: item.channel, ts });
  return receiveEvent({ ...base, type: "reaction", emoji: reaction.toWellFormed() });
}

function readMemberJoined(callback: wire.EventCallback, request: WebhookRequest): Receipt {
  const seen = wire.memberJoined.safeParse(callback.event);
  if (!seen.success) return ignore("unexpected event shape");
  const { user, channel, event_ts: ts } = seen.data;
  return receiveEvent({ ...common(callback, request, { user, channel, ts }), type: "member_join" });
}

interface Where {
  user: string;
  channel: string;
  ts: string | undefined;
}

function common({ team_id: server, event_id }: wire.EventCallback, request: WebhookRequest, where: Where) {
  const { user, channel, ts } = where;
  return {
    id: `slack:${event_id}`,
    platform: "slack",
    entityId: makeEntityId({ platform: "slack", server, channel }),
    // Events name people by id only.
    user: { id: user, login: user, name: user },
    receivedAt: request.receivedAt,
    occurredAt: ts === undefined ? request.receivedAt : Math.floor(Number(ts) * 1000),
    correlationId: request.correlationId,
    replyTo: { kind: "chat" as const, platform: "slack", channel, server },
  };
}
