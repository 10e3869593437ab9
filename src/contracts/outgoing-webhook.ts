import * as z from "zod";
import { type MessageType, messageTypes } from "#contracts/event";
import type { Outcome } from "#contracts/outcome";

/** How many addresses one community may have. */
export const webhooksPerCommunity = 20;

/** Rises with every change of what a body looks like. */
export const webhookPayloadVersion = 1;

/** What a webhook can ask for: everything a platform tells us, and every command that was decided on. */
export type WebhookEventType = MessageType | "command.executed";
export const webhookEventTypes: readonly WebhookEventType[] = [...messageTypes, "command.executed"];
export const webhookEventType = z.enum(webhookEventTypes);

/** What a channel knows of a webhook: its number and what it asks for. Neither address nor key. */
export const webhookSubscription = z.object({ id: z.int().positive(), eventTypes: z.array(z.string()) });
export type WebhookSubscription = z.infer<typeof webhookSubscription>;

/** One thing to tell an address. The id is derived from what happened, so telling it twice queues it once. */
export const webhookMessage = z.object({
  /** `msg_…`, the `webhook-id` of every attempt. */
  id: z.string().regex(/^msg_[0-9a-f]{32}$/),
  type: z.string().max(64),
  /** Exactly the bytes that are signed and sent. */
  body: z.string().max(262_144),
});
export type WebhookMessage = z.infer<typeof webhookMessage>;

export type DeliveryState = "waiting" | "sent" | "dead";

/** What became of one message so far. Times are epoch milliseconds. */
export interface WebhookDelivery {
  id: string;
  type: string;
  state: DeliveryState;
  attempts: number;
  createdAt: number;
  lastAttemptAt: number | null;
  /** Null while it rests. */
  nextAttemptAt: number | null;
  /** What the address answered last; null when it did not answer. */
  lastStatus: number | null;
  lastError: string | null;
  /** What was or will be sent. */
  body: string;
}

export interface DeliveryFilter {
  state?: DeliveryState | undefined;
  limit: number;
}

/** How an address does. */
export interface WebhookHealth {
  waiting: number;
  dead: number;
  /** Refused because too much waited already. */
  dropped: number;
  /** Since when every attempt failed; null while it works. */
  failingSince: number | null;
}

/** The object of one address: its queue, its attempts, its dead letters. */
export interface WebhookTargetService {
  /** Durable when it returns; never waits for the address. */
  enqueue(webhookId: number, messages: WebhookMessage[]): Promise<void>;
  /** The row changed or is gone: read it again before the next attempt. */
  refresh(webhookId: number): Promise<void>;
  /** Sends one test event and waits for what comes of the first attempt. */
  test(webhookId: number, message: WebhookMessage): Promise<Outcome<WebhookDelivery>>;
  /** Whether whoever answers there sends the challenge back (threats row 7); `conflict` with the reason when not. */
  verify(webhookId: number, message: WebhookMessage, challenge: string): Promise<Outcome<null>>;
  deliveries(filter: DeliveryFilter): Promise<WebhookDelivery[]>;
  health(): Promise<WebhookHealth>;
  /** Puts dead letters back: one, or all. Returns how many. */
  replay(webhookId: number, choice: { id: string } | "all"): Promise<number>;
}
