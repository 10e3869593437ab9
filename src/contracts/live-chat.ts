import type { PlatformEvent } from "#contracts/event";
import type { Outcome } from "#contracts/outcome";
import type { SendContext } from "#contracts/platform";

/** A live broadcast, whose chat has to be asked for (20-receivers §1.12). */
export interface LiveBroadcast {
  broadcastId: string;
  /** Null while the broadcast has its chat switched off. */
  chatId: string | null;
  title: string;
  /** Epoch milliseconds. */
  startedAt: number;
}

/** What a video turned out to be. */
export type FoundVideo =
  | { state: "live"; broadcast: LiveBroadcast }
  /** A broadcast of the future; `startsAt` in epoch milliseconds, null where no time is named. */
  | { state: "planned"; startsAt: number | null }
  /** It ended, or it never was a broadcast; it will not go live any more. */
  | { state: "over" }
  /** Not shown to us, or not that channel's. */
  | { state: "unknown" };

export interface ChatPage {
  /** Oldest first. */
  events: PlatformEvent[];
  /** Where to go on; kept only once the events are durable, so that a restart loses nothing. */
  nextPageToken: string;
  /** How long the platform wants to be left alone. */
  waitMs: number;
  /** The broadcast is over: nothing more will come. */
  isOver: boolean;
}

/** Where to read, and what the reader already knows. */
export interface ChatPosition {
  entityId: string;
  channelId: string;
  chatId: string;
  /** Empty on the first page. */
  pageToken: string;
}

/** Takes one page; answers once its events are durable, with false when no more is wanted. */
export type PageTaker = (page: ChatPage) => Promise<boolean>;

/**
 * How a connection ended. `ended`: by either side, as connections do; go on with the last token. `unsupported`: the
 * platform does not push this chat; ask for pages instead.
 */
export type StreamEnd = "ended" | "unsupported";

/**
 * A platform whose chat is read by asking. Runs in the sender Worker, which alone holds keys. Refusals tell apart:
 * `disabled` the chat is over or off · `forbidden` not for us (members only) · `unauthenticated` the key is not taken ·
 * `payment_required` the day's quota is used up · `bad_request` the position is not known any more.
 */
export interface LiveChatSource {
  /** What one call takes of the day's quota; a connection costs what a page costs. */
  cost: { find: number; page: number; send: number };
  /** What the video of a notification is. */
  find(channelId: string, videoId: string, context: SendContext): Promise<Outcome<FoundVideo>>;
  readPage(position: ChatPosition, context: SendContext): Promise<Outcome<ChatPage>>;
  /** Hands over page after page as they are pushed, one at a time, until the platform or `signal` ends it. */
  readStream(
    position: ChatPosition,
    onPage: PageTaker,
    context: SendContext & { signal: AbortSignal },
  ): Promise<Outcome<StreamEnd>>;
  /** Asks the hub to tell this address of new broadcasts; its answer comes as a challenge. */
  follow(channelId: string, callbackUrl: string, context: SendContext): Promise<Outcome<null>>;
  /** Whether a key is taken at all; costs what `find` costs. */
  checkKey(context: SendContext): Promise<Outcome<null>>;
}

/** Whose key and quota reading uses. */
export interface ReadingPlace {
  platform: string;
  /** Null where only the platform-wide key counts. */
  communityId: number | null;
}

/** What is left of a day's quota, as its owner sees it. */
export interface QuotaState {
  limit: number;
  used: number;
  /** Epoch milliseconds of the next midnight in the quota's time zone. */
  resetsAt: number;
  /** How far apart pages must be so that what is left lasts, for each chat being read. */
  spacingMs: number;
  /** Chats being read: pushed, or asked for within the last two minutes. */
  readers: number;
}

/** A community's reading, as its owner sees it. */
export interface ReadingStanding {
  /** Whose key is used now. */
  key: "own" | "platform";
  /** What to do about the community's own key, for people; null when all is well. */
  problem: string | null;
  quota: QuotaState;
}

/** Keeping a community's own key for reading: it goes in and never comes out again. */
export interface ReadingKeyService {
  /** Asks the platform first; a key it does not take is refused. */
  keepKey(place: { platform: string; communityId: number }, key: string): Promise<Outcome<null>>;
  /** False when there was none. */
  dropKey(place: { platform: string; communityId: number }): Promise<Outcome<boolean>>;
  readingStanding(place: { platform: string; communityId: number }): Promise<Outcome<ReadingStanding>>;
}
