import { type Outcome, refuse, succeed } from "#contracts/outcome";
import type { OutboundMessage } from "#contracts/sender";
import type { ReaderStatus } from "#durable-objects/live-chat/reader-state";
import { timedOut, within } from "#lib/within";

const lookUpMs = 3000;

/**
 * A message for a channel as such (a timer's, one over REST) goes into the chat that is live there at this moment; the
 * newest, where there are two. A reply knows its chat already. Nothing was sent when it is refused.
 */
export async function intoLiveChat(
  message: OutboundMessage,
  statusOf: (entityId: string) => Promise<ReaderStatus>,
): Promise<Outcome<OutboundMessage>> {
  const { target, entityId } = message;
  if (target.kind !== "chat" || target.platform !== "youtube" || target.server !== undefined)
    return succeed(message);
  const status = await within(
    statusOf(entityId).catch(() => undefined),
    lookUpMs,
  );
  if (!status || status === timedOut)
    return refuse("unavailable", { message: "Whether the channel is live is not known right now." });
  const live = status.live.find(({ chatId }) => chatId !== null);
  if (!live?.chatId)
    return refuse("not_found", { message: "The channel is not live, so nothing can be said there." });
  return succeed({ ...message, target: { ...target, channel: live.chatId, server: target.channel } });
}
