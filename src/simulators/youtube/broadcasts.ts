import type { Clock } from "#simulators/clock";
import type { Random } from "#simulators/random";

/** One item of a chat page, as the Data API shows it. */
export interface ChatItem {
  kind: "youtube#liveChatMessage";
  id: string;
  snippet: Record<string, unknown> & { type: string; publishedAt: string };
  authorDetails: Record<string, unknown> & { channelId: string; displayName: string };
}

export interface Broadcast {
  videoId: string;
  channelId: string;
  chatId: string;
  title: string;
  /** Undefined while it is only planned. */
  startedAt: number | undefined;
  scheduledAt: number | undefined;
  /** What its chat is: open, for members only (403), or switched off. */
  chat: "open" | "members" | "off";
  endedAt: number | undefined;
  items: ChatItem[];
}

/** What is live, and everything that was said there. */
export class Broadcasts {
  #all: Broadcast[] = [];
  #clock: Clock;
  #random: Random;
  #waiting = new Set<() => void>();

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  start(channelId: string, title: string): Broadcast {
    return this.#add(channelId, title, { startedAt: this.#clock.now(), scheduledAt: undefined });
  }

  /** A broadcast of the future. */
  plan(channelId: string, title: string, scheduledAt: number): Broadcast {
    return this.#add(channelId, title, { startedAt: undefined, scheduledAt });
  }

  #add(channelId: string, title: string, times: Pick<Broadcast, "startedAt" | "scheduledAt">): Broadcast {
    const broadcast: Broadcast = {
      videoId: this.#random.hex(11).slice(0, 11),
      channelId,
      chatId: `Cg0KC${this.#random.hex(16)}`,
      title,
      ...times,
      chat: "open",
      endedAt: undefined,
      items: [],
    };
    this.#all.push(broadcast);
    return broadcast;
  }

  end(channelId: string): void {
    const live = this.liveOn(channelId);
    if (live) this.close(live);
  }

  close(broadcast: Broadcast): void {
    broadcast.endedAt = this.#clock.now();
    this.#tell();
  }

  /** Resolves when something was said or ended anywhere, or the signal aborts. */
  changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }

  #tell(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }

  say(
    broadcast: Broadcast,
    author: ChatItem["authorDetails"],
    snippet: Record<string, unknown> & { type: string },
  ): ChatItem {
    const item: ChatItem = {
      kind: "youtube#liveChatMessage",
      id: `LCC.${this.#random.hex(20)}`,
      snippet: {
        ...snippet,
        liveChatId: broadcast.chatId,
        authorChannelId: author.channelId,
        publishedAt: new Date(this.#clock.now()).toISOString(),
        hasDisplayContent: true,
      },
      authorDetails: author,
    };
    broadcast.items.push(item);
    this.#tell();
    return item;
  }

  byVideo(videoId: string): Broadcast | undefined {
    return this.#all.find((one) => one.videoId === videoId);
  }

  byChat(chatId: string): Broadcast | undefined {
    return this.#all.find((one) => one.chatId === chatId);
  }

  liveOn(channelId: string): Broadcast | undefined {
    return this.#all.findLast(
      (one) => one.channelId === channelId && one.startedAt !== undefined && one.endedAt === undefined,
    );
  }

  remove(itemId: string): boolean {
    const item = this.#all.flatMap(({ items }) => items).find(({ id }) => id === itemId);
    // It keeps its place: page tokens count places.
    if (item) item.snippet = { type: "tombstone", publishedAt: item.snippet.publishedAt };
    return item !== undefined;
  }
}
