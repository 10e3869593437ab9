import { type Outcome, refuse, succeed } from "#contracts/outcome";
import type { SendContext } from "#contracts/platform";
import type { ReplyTarget } from "#contracts/reply-target";
import type { OutboundMessage, SentMessage } from "#contracts/sender";
import { splitText } from "#lib/split-text";
import { limits } from "#platforms/discord/limits";
import { makeNonce } from "#platforms/discord/nonce";
import { callDiscord, refuseStatus } from "#platforms/discord/rest/call-discord";
import { messageFlags, message as messageOnWire } from "#platforms/discord/wire";

type ChatTarget = Extract<ReplyTarget, { kind: "chat" }>;
type InteractionTarget = Extract<ReplyTarget, { kind: "interaction" }>;

/** Says it in a channel, or as follow-up to an interaction, in parts of at most 2,000 characters. */
export async function send(message: OutboundMessage, context: SendContext): Promise<Outcome<SentMessage>> {
  const { target } = message;
  const parts = splitText(message.text, { limit: limits.messageLength, unit: limits.messageUnit });
  if (parts.length === 0) return refuse("bad_request", { message: "There is nothing to say." });
  if (target.kind === "response-url")
    return refuse("bad_request", { message: "Discord cannot answer that." });
  const platformMessageIds: string[] = [];
  for (const [index, content] of parts.entries()) {
    const part = { content, index, message };
    const sent =
      target.kind === "chat"
        ? await sayInChannel(part, target, context)
        : await followUp(part, target, context);
    if (!sent.ok) return index === 0 ? sent : refuse("unknown", { message: "Only the beginning was said." });
    platformMessageIds.push(sent.value);
  }
  return succeed({ platformMessageIds });
}

interface Part {
  content: string;
  index: number;
  message: OutboundMessage;
}

async function sayInChannel(part: Part, target: ChatTarget, context: SendContext): Promise<Outcome<string>> {
  const botToken = context.token || context.config.DISCORD_BOT_TOKEN;
  if (!botToken) return refuse("disabled", { message: "Discord is not set up yet." });
  const nonce = await makeNonce(part.message.id, part.index);
  const { replyToMessageId } = target;
  // A line that was deleted meanwhile is no reason to keep silent.
  const reference = { message_id: replyToMessageId, fail_if_not_exists: false };
  const answersTo = replyToMessageId && part.index === 0 ? { message_reference: reference } : {};
  const body = { content: part.content, nonce, enforce_nonce: true, ...answersTo };
  const path = `/channels/${encodeURIComponent(target.channel)}/messages`;
  const { priority } = part.message;
  return await deliver({ method: "POST", path, body, botToken, priority }, context);
}

/**
 * After a deferral the first follow-up takes the placeholder's place; the others, and those after an answer
 * that was given at once, are messages of their own. Discord is asked which, because editing an answer would erase it.
 */
async function followUp(
  { content, index, message }: Part,
  target: InteractionTarget,
  context: SendContext,
): Promise<Outcome<string>> {
  const path = `/webhooks/${encodeURIComponent(target.applicationId)}/${encodeURIComponent(target.token)}`;
  const original = `${path}/messages/@original`;
  if (index === 0) {
    const placeholder = await findPlaceholder(original, context);
    if (!placeholder.ok) return placeholder;
    if (placeholder.value) {
      const edited = await deliver({ method: "PATCH", path: original, body: { content } }, context);
      if (edited.ok || edited.code !== "not_found") return edited;
    }
  }
  const flags = message.ephemeral ? { flags: messageFlags.ephemeral } : {};
  return await deliver({ method: "POST", path, body: { content, ...flags } }, context);
}

/** Whether the interaction still shows "thinking". Asking says nothing, so a failure here is safe to repeat. */
async function findPlaceholder(path: string, context: SendContext): Promise<Outcome<boolean>> {
  const answer = await callDiscord({ method: "GET", path }, context);
  if ("ok" in answer || answer.status >= 500) {
    return refuse("unavailable", { message: "Discord could not be reached." });
  }
  if (answer.status === 429) return refuseStatus(answer);
  const flags = messageOnWire.safeParse(answer.body).data?.flags ?? 0;
  return succeed(answer.status === 200 && (flags & messageFlags.loading) !== 0);
}

async function deliver(
  request: Parameters<typeof callDiscord>[0],
  context: SendContext,
): Promise<Outcome<string>> {
  const answer = await callDiscord(request, context);
  if ("ok" in answer) return answer;
  if (answer.status !== 200) return refuseStatus(answer);
  const seen = messageOnWire.safeParse(answer.body);
  return seen.success
    ? succeed(seen.data.id)
    : refuse("unknown", { message: "Discord's answer could not be read." });
}
