import type { ChatPage, ChatPosition, LiveBroadcast } from "#contracts/live-chat";
import type { Refusal } from "#contracts/outcome";
import { failureWaitMs } from "#durable-objects/live-chat/failure-wait";
import type { Chat, ReaderDeps, Target } from "#durable-objects/live-chat/reader-state";

/** Where a reader writes down how far it is; durable when it returns. False when the chat is no longer to be read. */
export type SaveChat = (chat: Chat) => boolean;

/** What a step is allowed: a connection ends after this. */
export interface StepBounds {
  forMs: number;
}

/** The first page tells what was said before; older than this is not answered. */
const graceMs = 30_000;
/** What cannot be read is tried again; until then only the broadcast's end is looked for. */
const readAgainMs = 15 * 60_000;
const watchMs = 2 * 60_000;
/** A connection that ended sooner has not been worth its price. */
const shortMs = 30_000;
/** So many short ones without a page in a row, and pages are asked for. */
const maxSilentStreams = 3;
const leastGapMs = 1000;
/** Between two connections of which none brought a page that names another. */
const usualGapMs = 5000;

/** A chat that was found live: pushed if the platform will, else asked for. */
export function beginChat(broadcast: LiveBroadcast, now: number): Chat {
  const isOff = broadcast.chatId === null;
  return {
    broadcast,
    how: isOff ? "watch" : "stream",
    pageToken: "",
    failures: 0,
    silentStreams: 0,
    dueAt: now,
    readAgainAt: null,
    lastPageAt: null,
    problem: isOff ? chatOff : null,
  };
}

const chatOff = "The live chat of this broadcast is switched off.";

/** One step of reading: a connection, a page, or a look whether it is still live. Gives what is to be kept. */
export async function readChat(
  target: Target,
  chat: Chat,
  deps: ReaderDeps,
  { save, forMs }: StepBounds & { save: SaveChat },
): Promise<Chat> {
  const { chatId } = chat.broadcast;
  if (chat.how === "closing") return chat;
  if (chat.how === "watch" || chatId === null) return watch(target, chat, deps);
  const { entityId, channelId } = target;
  const position = { entityId, channelId, chatId, pageToken: chat.pageToken };
  if (chat.how === "pages") return readNextPage(target, chat, position, deps);
  return readOneStream(target, chat, position, deps, { save, forMs });
}

async function readNextPage(
  target: Target,
  chat: Chat,
  position: ChatPosition,
  deps: ReaderDeps,
): Promise<Chat> {
  const read = await deps.readPage(target, position);
  if (!read.ok) return refused(chat, read, deps.now());
  const { page, quota } = read.value;
  const kept = await keepPage(target, chat, page, deps);
  if (kept.how === "closing") return kept;
  return { ...kept, dueAt: deps.now() + Math.max(page.waitMs, quota.spacingMs) };
}

async function readOneStream(
  target: Target,
  chat: Chat,
  position: ChatPosition,
  deps: ReaderDeps,
  { save, forMs }: StepBounds & { save: SaveChat },
): Promise<Chat> {
  const openedAt = deps.now();
  let current = chat;
  let gapMs = usualGapMs;
  let lost: { error: unknown } | undefined;
  const read = await deps.readStream(target, { position, forMs }, async (page) => {
    try {
      gapMs = page.waitMs;
      current = await keepPage(target, current, page, deps);
      return save(current) && current.how !== "closing";
    } catch (error) {
      // The page stays unread: the next connection begins with it.
      lost = { error };
      return false;
    }
  });
  if (lost) throw lost.error;
  if (current.how === "closing") return current;
  if (!read.ok) return refused(current, read, deps.now());
  const { end, quota } = read.value;
  if (end === "unsupported") return { ...current, how: "pages", dueAt: deps.now() + leastGapMs };
  gapMs = Math.max(gapMs, quota.spacingMs);
  return reconnect(current, { isSilent: current === chat, openedAt, gapMs }, deps.now());
}

/** Connections are as far apart as pages would have to be, so pushing never costs more than asking. */
function reconnect(
  chat: Chat,
  { isSilent, openedAt, gapMs }: { isSilent: boolean; openedAt: number; gapMs: number },
  now: number,
): Chat {
  const wasShort = now - openedAt < shortMs;
  const silentStreams = isSilent && wasShort ? chat.silentStreams + 1 : 0;
  const dueAt = Math.max(now + leastGapMs, openedAt + gapMs);
  const how = silentStreams >= maxSilentStreams ? "pages" : "stream";
  return { ...chat, how, silentStreams, failures: 0, problem: null, dueAt };
}

/** Durable in the channel before the token is kept: a crash in between repeats a page, and the ids repeat with it. */
async function keepPage(target: Target, chat: Chat, page: ChatPage, deps: ReaderDeps): Promise<Chat> {
  const now = deps.now();
  const since = chat.pageToken === "" ? (chat.lastPageAt ?? now) - graceMs : 0;
  const fresh = page.events.filter(({ occurredAt }) => occurredAt >= since);
  if (fresh.length > 0) await deps.accept(target.entityId, fresh);
  const pageToken = page.nextPageToken;
  const kept = { ...chat, pageToken, failures: 0, silentStreams: 0, problem: null, lastPageAt: now };
  return page.isOver ? closing(kept, now) : kept;
}

/** Goes on for ever: a chat that cannot be read now is live all the same. */
function refused(chat: Chat, { code, message, retryAfterMs }: Refusal, now: number): Chat {
  const problem = message ?? "The chat cannot be read right now.";
  // A token the platform no longer knows: begin anew, with what was said since the last page.
  if (code === "bad_request" && chat.pageToken !== "")
    return { ...chat, pageToken: "", problem: null, dueAt: now + leastGapMs };
  if (code === "disabled") return watching(chat, chatOff, now);
  if (code === "forbidden" || code === "not_found")
    return watching(chat, "The bot may not read this chat: it is for members only, or closed to it.", now);
  const failures = chat.failures + 1;
  const waitMs = Math.max(retryAfterMs ?? 0, failureWaitMs(failures));
  return { ...chat, failures, problem, dueAt: now + waitMs };
}

function watching(chat: Chat, problem: string, now: number): Chat {
  return { ...chat, how: "watch", problem, failures: 0, readAgainAt: now + readAgainMs, dueAt: now };
}

function closing(chat: Chat, now: number): Chat {
  return { ...chat, how: "closing", dueAt: now };
}

async function watch(target: Target, chat: Chat, deps: ReaderDeps): Promise<Chat> {
  const found = await deps.find(target, target.channelId, chat.broadcast.broadcastId);
  const now = deps.now();
  if (!found.ok) {
    const failures = chat.failures + 1;
    const waitMs = Math.max(found.retryAfterMs ?? 0, watchMs, failureWaitMs(failures));
    return { ...chat, failures, problem: found.message ?? chat.problem, dueAt: now + waitMs };
  }
  const { video } = found.value;
  if (video.state === "over") return closing(chat, now);
  const still = { ...chat, failures: 0, dueAt: now + watchMs };
  if (video.state !== "live") return still;
  const { broadcast } = video;
  const isNew = broadcast.chatId !== null && broadcast.chatId !== chat.broadcast.chatId;
  const isTime = chat.readAgainAt !== null && now >= chat.readAgainAt;
  if (broadcast.chatId === null) return { ...still, broadcast, problem: chatOff };
  if (!isNew && !isTime) return still;
  const pageToken = isNew ? "" : chat.pageToken;
  return { ...still, broadcast, pageToken, how: "stream", readAgainAt: null, dueAt: now };
}
