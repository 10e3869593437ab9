import * as z from "zod";
import { type Allowance, makeFixedWindow } from "#simulators/limits";

/** The body of `POST /helix/chat/messages`. */
export const sendChatBody = z.object({
  broadcaster_id: z.string().regex(/^\d+$/),
  sender_id: z.string().regex(/^\d+$/),
  message: z.string().min(1),
  reply_parent_message_id: z.string().optional(),
  for_source_only: z.boolean().optional(),
});
export type SendChatBody = z.infer<typeof sendChatBody>;

/** Longest message, in characters. */
export const maxMessageLength = 500;

/** Why Twitch took a message with 200 and still did not show it. */
export interface DropReason {
  code: string;
  message: string;
}

const windowMs = 30_000;
const duplicate: DropReason = {
  code: "msg_duplicate",
  message: "Your message is identical to the previous one you sent, less than 30 seconds ago.",
};

export interface ChatRules {
  /** One request against the channel's allowance: 20 in 30 s, as a moderator 100. */
  take(broadcasterId: string, now: number): Allowance;
  /** Undefined when the message may be shown. */
  dropReason(body: SendChatBody, now: number): DropReason | undefined;
  /** The next message is dropped for this reason, whatever it says. */
  dropNext(reason: DropReason): void;
}

/** Moderators are exempt from the rule against repeating oneself. */
export function makeChatRules(botIsModerator: boolean): ChatRules {
  const window = makeFixedWindow(botIsModerator ? 100 : 20, windowMs);
  const lastShown = new Map<string, { text: string; at: number }>();
  const forced: DropReason[] = [];
  return {
    take: window.take,
    dropNext: (reason) => forced.push(reason),
    dropReason({ broadcaster_id, message }, now) {
      const wanted = forced.shift();
      if (wanted) return wanted;
      const last = lastShown.get(broadcaster_id);
      if (!botIsModerator && last?.text === message && now - last.at < windowMs) return duplicate;
      lastShown.set(broadcaster_id, { text: message, at: now });
      return undefined;
    },
  };
}
