import { type Outcome, refuse, succeed } from "#contracts/outcome";
import type { SendContext } from "#contracts/platform";
import type { OutboundMessage, SentMessage } from "#contracts/sender";
import { splitText } from "#lib/split-text";
import { callYouTube } from "#platforms/youtube/api";
import { limits } from "#platforms/youtube/limits";
import { inserted } from "#platforms/youtube/wire";

/** Unpublished; a line every two seconds in one chat has not been seen refused. YouTube's own word shuts the lane. */
const pace = { limit: 5, windowMs: 10_000 };

/** liveChatMessages.insert, in parts of at most 200 characters. No idempotency key: an answer lost is `unknown`. */
export async function send(message: OutboundMessage, context: SendContext): Promise<Outcome<SentMessage>> {
  const { target, text, priority } = message;
  if (target.kind !== "chat" || target.channel.startsWith("UC"))
    return refuse("not_found", { message: "The channel is not live, so nothing can be said there." });
  const liveChatId = target.channel;
  const parts = splitText(text.replace(/\s+/g, " "), {
    limit: limits.messageLength,
    unit: limits.messageUnit,
  });
  if (parts.length === 0) return refuse("bad_request", { message: "There is nothing to say." });
  const platformMessageIds: string[] = [];
  for (const messageText of parts) {
    const sent = await sayPart({ liveChatId, messageText, priority }, context);
    const isFirst = platformMessageIds.length === 0;
    if (!sent.ok) return isFirst ? sent : refuse("unknown", { message: "Only the beginning was said." });
    platformMessageIds.push(sent.value);
  }
  return succeed({ platformMessageIds });
}

async function sayPart(
  {
    liveChatId,
    messageText,
    priority,
  }: { liveChatId: string; messageText: string; priority: OutboundMessage["priority"] },
  context: SendContext,
): Promise<Outcome<string>> {
  const lane = `youtube/chat/${liveChatId}`;
  const { waitMs } = await context.gate.take([{ lane, ...pace }], priority);
  if (waitMs > 0)
    return refuse("rate_limited", { message: "YouTube asks for a pause.", retryAfterMs: waitMs });
  const snippet = { liveChatId, type: "textMessageEvent", textMessageDetails: { messageText } };
  const answer = await callYouTube(
    { method: "POST", path: "/liveChat/messages", query: { part: "snippet" }, body: { snippet } },
    context,
  );
  if (!answer.ok) {
    if (answer.code === "rate_limited")
      await context.gate.shut(lane, context.now + (answer.retryAfterMs ?? 0));
    return answer;
  }
  const said = inserted.safeParse(answer.value).data;
  return said ? succeed(said.id) : refuse("unknown", { message: "YouTube's answer could not be read." });
}
