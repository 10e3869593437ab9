import * as z from "zod";
import type { PlatformEvent } from "#contracts/event";
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

/** Whose chats are read. */
export const target = z.object({
  platform: z.string(),
  entityId: z.string(),
  channelId: z.string(),
  communityId: z.number().nullable(),
});
export type Target = z.infer<typeof target>;

/** A video that may be live, or will be. Times in epoch milliseconds. */
export const notice = z.object({
  videoId: z.string(),
  looks: z.number(),
  failures: z.number(),
  dueAt: z.number(),
  problem: z.string().nullable(),
});
export type Notice = z.infer<typeof notice>;

/** A video that needs no look until then, whoever speaks of it again. */
export const settled = z.object({ videoId: z.string(), until: z.number() });
export type Settled = z.infer<typeof settled>;

/**
 * One live chat. `stream`: its pages are pushed · `pages`: they are asked for · `watch`: nothing can be read, only the
 * broadcast's end is looked for, until `readAgainAt` · `closing`: it is over, and that has to be told.
 */
export const chat = z.object({
  broadcast: z.object({
    broadcastId: z.string(),
    chatId: z.string().nullable(),
    title: z.string(),
    startedAt: z.number(),
  }),
  how: z.enum(["stream", "pages", "watch", "closing"]),
  pageToken: z.string(),
  failures: z.number(),
  /** Connections in a row that brought nothing. */
  silentStreams: z.number(),
  dueAt: z.number(),
  readAgainAt: z.number().nullable(),
  lastPageAt: z.number().nullable(),
  /** Why nothing is read now, in words for the owner; null when all is well. */
  problem: z.string().nullable(),
});
export type Chat = z.infer<typeof chat>;

/** What reading needs from outside. */
export interface ReaderDeps {
  now(): number;
  find(
    place: ReadingPlace,
    channelId: string,
    videoId: string,
  ): Promise<Outcome<{ video: FoundVideo; quota: QuotaState }>>;
  readPage(
    place: ReadingPlace,
    position: ChatPosition,
  ): Promise<Outcome<{ page: ChatPage; quota: QuotaState }>>;
  /** Holds the chat open for at most `forMs`; each page is waited for. */
  readStream(
    place: ReadingPlace,
    connection: { position: ChatPosition; forMs: number },
    onPage: PageTaker,
  ): Promise<Outcome<{ end: StreamEnd; quota: QuotaState }>>;
  /** Returns once the events are durable. */
  accept(entityId: string, events: PlatformEvent[]): Promise<unknown>;
}

/** One live broadcast, as its channel's owner sees it. Times in epoch milliseconds. */
export interface LiveStatus {
  broadcastId: string;
  chatId: string | null;
  title: string;
  startedAt: number;
  /** Whether its chat is pushed to us, asked for, or not read at all. */
  how: "stream" | "pages" | "watch";
  lastPageAt: number | null;
  problem: string | null;
}

/** How a channel's chats are being read; for its owner. */
export interface ReaderStatus {
  /** The newest first. */
  live: LiveStatus[];
  /** What hinders looking at announced videos, where nothing is live. */
  problem: string | null;
}
