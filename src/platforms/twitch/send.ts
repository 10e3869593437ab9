import { type Outcome, type Refusal, refuse, succeed } from "#contracts/outcome";
import type { SendContext } from "#contracts/platform";
import type { OutboundMessage, SentMessage } from "#contracts/sender";
import { splitText } from "#lib/split-text";
import { postToHelix, refuseStatus } from "#platforms/twitch/api";
import { limits } from "#platforms/twitch/limits";
import { sendAnswer } from "#platforms/twitch/wire";

const guard = "» ";
/** Lifted by waiting, nothing was shown. Slow mode's floor is a second; the other bucket holds 30 s. */
const waitMsByDropCode: ReadonlyMap<string, number> = new Map([
  ["msg_slowmode", 1000],
  ["msg_ratelimit", 5000],
]);

/** Helix Send Chat Message, in parts of at most 500 characters. It knows no idempotency key: an answer lost is `unknown`. */
export async function send(message: OutboundMessage, context: SendContext): Promise<Outcome<SentMessage>> {
  const { target } = message;
  if (target.kind !== "chat") return refuse("bad_request", { message: "Twitch only takes chat messages." });
  const { TWITCH_CLIENT_ID: clientId, TWITCH_BOT_USER_ID: senderId } = context.config;
  if (!clientId || !senderId) return refuse("disabled", { message: "Twitch is not set up yet." });
  const parts = partsOf(message.text);
  if (parts.length === 0) return refuse("bad_request", { message: "There is nothing to say." });
  const platformMessageIds: string[] = [];
  for (const part of parts) {
    const isFirst = platformMessageIds.length === 0;
    const sent = await sendPart(context, {
      broadcaster_id: target.channel,
      sender_id: senderId,
      message: part,
      ...(isFirst && target.replyToMessageId ? { reply_parent_message_id: target.replyToMessageId } : {}),
    });
    if (!sent.ok) return isFirst ? sent : refuse("unknown", { message: "Only the beginning was said." });
    platformMessageIds.push(sent.value);
  }
  return succeed({ platformMessageIds });
}

async function sendPart(context: SendContext, body: object): Promise<Outcome<string>> {
  const answer = await postToHelix("/chat/messages", body, context);
  if ("ok" in answer) return answer;
  if (answer.status !== 200) return refuseStatus(answer, context.now);
  const seen = sendAnswer.safeParse(answer.body);
  if (!seen.success) return refuse("unknown", { message: "Twitch's answer could not be read." });
  const [{ is_sent, message_id, drop_reason }] = seen.data.data;
  return is_sent ? succeed(message_id) : refuseDrop(drop_reason ?? { code: "", message: "" });
}

function refuseDrop({ code, message }: { code: string; message: string }): Refusal {
  const facts = { message: message.slice(0, 200) || "Twitch dropped the message." };
  const retryAfterMs = waitMsByDropCode.get(code);
  return retryAfterMs === undefined
    ? refuse("forbidden", facts)
    : refuse("rate_limited", { ...facts, retryAfterMs });
}

/** One line each, and none a chat command: Twitch reads `/ban` and `.ban` at the start of a line as orders. */
function partsOf(text: string): string[] {
  const line = text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ");
  const room = { limit: limits.messageLength - guard.length, unit: limits.messageUnit };
  return splitText(line, room).map((part) => (/^[/.]/.test(part) ? guard + part : part));
}
