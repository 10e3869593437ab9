import type { LaneRule } from "#contracts/outbound-gate";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import type { SendContext } from "#contracts/platform";
import type { OutboundMessage, SentMessage } from "#contracts/sender";
import { splitText } from "#lib/split-text";
import { callKick, chatLane, enter, refuseStatus } from "#platforms/kick/api";
import { limits } from "#platforms/kick/limits";
import { sendAnswer } from "#platforms/kick/wire";

const guard = "» ";
const accountId = /^[1-9]\d{0,14}$/;

/** Kick's Post Chat, in parts of at most 500 characters. It knows no idempotency key: an answer lost is `unknown`. */
export async function send(message: OutboundMessage, context: SendContext): Promise<Outcome<SentMessage>> {
  const { target } = message;
  if (target.kind !== "chat" || !accountId.test(target.channel))
    return refuse("bad_request", { message: "Kick only takes chat messages." });
  const type = speakerFor(target.channel, context);
  if (!type) return refuse("disabled", { message: "The bot is not signed in for this Kick channel." });
  const parts = partsOf(message.text);
  if (parts.length === 0) return refuse("bad_request", { message: "There is nothing to say." });
  // For all parts at once, so that a message is said whole or not yet.
  const lane = chatLane(target.channel, parts.length);
  const held = await enter(lane, message.priority, context);
  if (held) return held;
  const platformMessageIds: string[] = [];
  for (const content of parts) {
    const isFirst = platformMessageIds.length === 0;
    const sent = await sendPart(context, lane, {
      broadcaster_user_id: Number(target.channel),
      content,
      type,
      ...(isFirst && target.replyToMessageId ? { reply_to_message_id: target.replyToMessageId } : {}),
    });
    if (!sent.ok) return isFirst ? sent : refuse("unknown", { message: "Only the beginning was said." });
    platformMessageIds.push(sent.value);
  }
  return succeed({ platformMessageIds });
}

/**
 * A message of type `bot` ignores `broadcaster_user_id` and appears in the one channel whose owner the token belongs to
 * (Kick API, Post Chat). So `KICK_BOT_CHANNEL_ID` names that channel, and no other is spoken to. Without it the token
 * is the bot account's own, which speaks anywhere as `user`, and so is that of an account that was connected.
 */
function speakerFor(channel: string, { config, account }: SendContext): "bot" | "user" | undefined {
  const own = account === undefined ? config.KICK_BOT_CHANNEL_ID : undefined;
  if (!own) return "user";
  return own === channel ? "bot" : undefined;
}

async function sendPart(context: SendContext, lane: LaneRule, body: object): Promise<Outcome<string>> {
  const answer = await callKick({ method: "POST", path: "/public/v1/chat", body, lane }, context);
  if ("ok" in answer) return answer;
  if (answer.status !== 200) return refuseStatus(answer);
  const seen = sendAnswer.safeParse(answer.body);
  if (!seen.success) return refuse("unknown", { message: "Kick's answer could not be read." });
  const { is_sent: isSent, message_id: messageId } = seen.data.data;
  return isSent ? succeed(messageId) : refuse("forbidden", { message: "Kick dropped the message." });
}

/** One line each, and none a chat command: a line that begins with `/` is an order there. */
function partsOf(text: string): string[] {
  const line = text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ");
  const room = { limit: limits.messageLength - guard.length, unit: limits.messageUnit };
  return splitText(line, room).map((part) => (part.startsWith("/") ? guard + part : part));
}
