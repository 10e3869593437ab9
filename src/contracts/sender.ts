import * as z from "zod";
import type { CommandManifest } from "#contracts/command-manifest";
import type { Egress } from "#contracts/egress";
import type {
  ChatPage,
  ChatPosition,
  FoundVideo,
  PageTaker,
  QuotaState,
  ReadingPlace,
  StreamEnd,
} from "#contracts/live-chat";
import type { Outcome } from "#contracts/outcome";
import type { NamePlace } from "#contracts/people-names";
import type { CommandSync } from "#contracts/platform";
import type { ActionRequest, ActionResult } from "#contracts/platform-action";
import type { SubscriptionReport, SubscriptionRequest } from "#contracts/platform-subscription";
import { replyTarget } from "#contracts/reply-target";
import { formResponse } from "#contracts/response";

/** One thing to say. `id` is the outbox key, equal on every attempt. */
export const outboundMessage = z.object({
  id: z.string().max(700),
  entityId: z.string().max(1024),
  target: replyTarget,
  text: z.string().min(1).max(4000),
  ephemeral: z.boolean().default(false),
  /** Shown instead of the words, through the target's `triggerId`; the words are its title. */
  form: formResponse.optional(),
  /** Moderation goes before replies, replies before timers. */
  priority: z.enum(["moderation", "reply", "timer"]).default("reply"),
  correlationId: z.string().max(64),
});
export type OutboundMessage = z.infer<typeof outboundMessage>;

/** The platform's own ids of what it accepted, one for each part of a split message. */
export interface SentMessage {
  platformMessageIds: string[];
}

/**
 * Says it. `rate_limited` and `unavailable` mean nothing was sent, try again after `retryAfterMs`;
 * `unknown` means it may have been sent; every other code is final.
 */
export interface MessageSink {
  send(message: OutboundMessage): Promise<Outcome<SentMessage>>;
}

/** The sender Worker. */
export interface SenderService extends MessageSink {
  /** `egress` is the way out when the platform bans this Worker's address. */
  send(message: OutboundMessage, egress?: Egress): Promise<Outcome<SentMessage>>;
  /** Makes a platform's list of native commands equal to ours; `not_found` where it has none. */
  syncCommands(platform: string, commands: readonly CommandManifest[]): Promise<Outcome<CommandSync>>;
  /** True when sending one message id twice cannot show it twice, so an interrupted send may be repeated. */
  isResendSafe(platform: string): Promise<boolean>;
  /** What the video of a notification is; takes of the day's quota. */
  findBroadcast(
    place: ReadingPlace,
    channelId: string,
    videoId: string,
  ): Promise<Outcome<{ video: FoundVideo; quota: QuotaState }>>;
  /** The next page of a live chat; takes of the day's quota. */
  readLiveChat(
    place: ReadingPlace,
    position: ChatPosition,
  ): Promise<Outcome<{ page: ChatPage; quota: QuotaState }>>;
  /** Keeps a chat open for at most `forMs`; each page is waited for. Takes what one page takes, however many come. */
  streamLiveChat(
    place: ReadingPlace,
    connection: { position: ChatPosition; forMs: number },
    onPage: PageTaker,
  ): Promise<Outcome<{ end: StreamEnd; quota: QuotaState }>>;
  /** Asks a platform's hub to tell `callbackUrl` of a channel's broadcasts. */
  followChannel(platform: string, channelId: string, callbackUrl: string): Promise<Outcome<null>>;
  /** What people are called on a platform whose events name them by id, by that id; those without a name are left out. */
  namesOf(place: NamePlace, ids: readonly string[]): Promise<Record<string, string>>;
  quotaState(platform: string): Promise<Outcome<QuotaState>>;
  /** Brings what a platform tells us to what is wanted; `not_found` where nothing has to be subscribed to. */
  keepSubscriptions(request: SubscriptionRequest): Promise<Outcome<SubscriptionReport>>;
  /** A platform said that an account's permission is gone: asks whether it is, and marks what ended. Returns how many did. */
  noteRevoked(platform: string, account: string): Promise<Outcome<number>>;
  /** Does something on a platform beyond talking; `not_found` for an action it does not have. */
  act(request: ActionRequest): Promise<Outcome<ActionResult>>;
}
