import * as z from "zod";
import { makeFixedWindow } from "#simulators/limits";

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
const tooFast: DropReason = {
  code: "msg_ratelimit",
  message: "Your message was not sent because you are sending messages too quickly.",
};

export interface ChatRules {
  /** One request against the channel's allowance: 20 in 30 s, as a moderator 100. */
  take(broadcasterId: string, now: number): boolean;
  /** Undefined when the message may be shown. */
  dropReason(body: SendChatBody, now: number): DropReason | undefined;
  /** The next message is dropped for this reason, whatever it says. */
  dropNext(reason: DropReason): void;
  /** How often somebody said more, sooner or again than allowed. */
  breaches(): number;
}

export interface ChatRuleOptions {
  /** Moderators are exempt from the rules against haste and repetition. */
  isModerator: (broadcasterId: string) => boolean;
  /** Least time between two messages in a channel; 0 lets all through. */
  floorMs: number;
}

export function makeChatRules({ isModerator, floorMs }: ChatRuleOptions): ChatRules {
  const few = makeFixedWindow(20, windowMs);
  const many = makeFixedWindow(100, windowMs);
  const lastShown = new Map<string, { text: string; at: number }>();
  const forced: DropReason[] = [];
  let breaches = 0;
  const judge = ({ broadcaster_id, message }: SendChatBody, now: number): DropReason | undefined => {
    const last = lastShown.get(broadcaster_id);
    if (isModerator(broadcaster_id) || !last) return undefined;
    if (last.text === message && now - last.at < windowMs) return duplicate;
    return now - last.at < floorMs ? tooFast : undefined;
  };
  return {
    take(broadcasterId, now) {
      const { isAllowed } = (isModerator(broadcasterId) ? many : few).take(broadcasterId, now);
      if (!isAllowed) breaches += 1;
      return isAllowed;
    },
    dropNext: (reason) => forced.push(reason),
    dropReason(body, now) {
      const wanted = forced.shift();
      if (wanted) return wanted;
      const reason = judge(body, now);
      if (reason) breaches += 1;
      else lastShown.set(body.broadcaster_id, { text: body.message, at: now });
      return reason;
    },
    breaches: () => breaches,
  };
}
