import type {
  ChatPage,
  ChatPosition,
  FoundVideo,
  LiveChatSource,
  PageTaker,
  QuotaState,
  ReadingPlace,
  StreamEnd,
} from "#contracts/live-chat";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import type { SendContext } from "#contracts/platform";
import { platforms } from "#platforms/registry";
import { readingContext } from "#workers/sender/reading-context";
import { ownKey, rejectKey } from "#workers/sender/reading-keys";
import { ledgerOf, noteExhausted, type Payment, pay, quotaBounds } from "#workers/sender/reading-quota";

/** A connection on which nothing came for this long may be dead without anybody telling. */
const silenceMs = 180_000;

/** What the video of a notification is, paid from the quota. */
export function findBroadcast(
  env: SenderEnv,
  place: ReadingPlace,
  channelId: string,
  videoId: string,
): Promise<Outcome<{ video: FoundVideo; quota: QuotaState }>> {
  return reading(env, place, "find", async (source, context, quota) => {
    const found = await source.find(channelId, videoId, context);
    return found.ok ? succeed({ video: found.value, quota }) : found;
  });
}

/** The next page of a chat, paid from the quota. */
export function readLiveChat(
  env: SenderEnv,
  place: ReadingPlace,
  position: ChatPosition,
): Promise<Outcome<{ page: ChatPage; quota: QuotaState }>> {
  const reader = { name: position.chatId };
  return reading(env, place, { purpose: "page", reader }, async (source, context, quota) => {
    const page = await source.readPage(position, context);
    return page.ok ? succeed({ page: page.value, quota }) : page;
  });
}

/** Opens the chat for at most `forMs` and hands over its pages as they come; the connection is paid like one page. */
export function streamLiveChat(
  env: SenderEnv,
  place: ReadingPlace,
  { position, forMs }: { position: ChatPosition; forMs: number },
  onPage: PageTaker,
): Promise<Outcome<{ end: StreamEnd; quota: QuotaState }>> {
  const reader = { name: position.chatId, pushedForMs: forMs };
  return reading(env, place, { purpose: "page", reader }, async (source, context, quota) => {
    const { signal, heard, stop } = connectionTime(forMs);
    const take: PageTaker = async (page) => {
      heard();
      return onPage(page);
    };
    try {
      const end = await source.readStream(position, take, { ...context, signal });
      return end.ok ? succeed({ end: end.value, quota }) : end;
    } finally {
      stop();
    }
  });
}

export async function followChannel(
  env: SenderEnv,
  platform: string,
  channelId: string,
  callbackUrl: string,
): Promise<Outcome<null>> {
  const source = sourceOf(platform);
  return source ? source.follow(channelId, callbackUrl, readingContext(env, platform)) : noChat(platform);
}

/** What is left of today's quota of the platform-wide key. */
export async function quotaState(env: SenderEnv, platform: string): Promise<Outcome<QuotaState>> {
  const source = sourceOf(platform);
  if (!source) return noChat(platform);
  return succeed(await ledgerOf(env, { platform, communityId: null }).state(quotaBounds(env, source)));
}

/** Takes what one message costs; nothing for a platform without a quota. Bots speak by sign-in, never by a community's key. */
export async function payForMessage(env: SenderEnv, platform: string): Promise<Outcome<null>> {
  const source = sourceOf(platform);
  if (!source) return succeed(null);
  const paid = await pay(env, { platform, communityId: null }, { source, purpose: "send" });
  return paid.ok ? succeed(null) : paid;
}

type Reading<T> = (source: LiveChatSource, context: SendContext, quota: QuotaState) => Promise<Outcome<T>>;

/** With the community's own key and from its own quota, where it has one; with the platform-wide one where that fails. */
async function reading<T>(
  env: SenderEnv,
  place: ReadingPlace,
  what: "find" | Omit<Payment, "source">,
  read: Reading<T>,
): Promise<Outcome<T>> {
  const { platform, communityId } = place;
  const source = sourceOf(platform);
  if (!source) return noChat(platform);
  const payment = { source, ...(what === "find" ? { purpose: what } : what) };
  const readWith = async (whose: ReadingPlace, key?: string) => {
    const paid = await pay(env, whose, payment);
    if (!paid.ok) return paid;
    const answer = await read(source, readingContext(env, platform, key), paid.value);
    const isExhausted = !answer.ok && answer.code === "payment_required";
    return isExhausted ? noteExhausted(env, whose, source) : answer;
  };
  const key = await ownKey(env, place);
  if (key !== undefined && communityId !== null) {
    const answer = await readWith(place, key);
    if (answer.ok || answer.code !== "unauthenticated") return answer;
    await rejectKey(env, { platform, communityId }, key);
  }
  return readWith({ platform, communityId: null });
}

/** Ends a connection when its time is up or nothing came for too long. */
function connectionTime(forMs: number) {
  const over = new AbortController();
  const end = setTimeout(() => over.abort(), forMs);
  let silence = setTimeout(() => over.abort(), silenceMs);
  return {
    signal: over.signal,
    heard() {
      clearTimeout(silence);
      silence = setTimeout(() => over.abort(), silenceMs);
    },
    stop() {
      clearTimeout(end);
      clearTimeout(silence);
    },
  };
}

function sourceOf(platform: string): LiveChatSource | undefined {
  return platforms.get(platform)?.liveChat;
}

function noChat(platform: string) {
  return refuse("not_found", { message: `${platform} has no live chat to read` });
}
