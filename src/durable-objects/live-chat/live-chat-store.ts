import * as z from "zod";
import {
  type Chat,
  chat,
  type Notice,
  notice,
  type Settled,
  settled,
  type Target,
  target,
} from "#durable-objects/live-chat/reader-state";

/** More videos than this at once is no channel that streams. */
const maxNotices = 20;
const maxSettled = 50;
const chatPrefix = "chat:";

/** What a reader keeps in its object. Each chat is a record of its own: two are read at once. */
export class LiveChatStore {
  #kv: SyncKvStorage;

  constructor(kv: SyncKvStorage) {
    this.#kv = kv;
  }

  target(): Target | undefined {
    return target.safeParse(this.#kv.get("target")).data;
  }

  setTarget(next: Target): void {
    this.#kv.put("target", next);
  }

  notices(): Notice[] {
    return z.array(notice).catch([]).parse(this.#kv.get("notices"));
  }

  /** A video to look at; false for one that is known, or settled, or one too many. */
  addNotice(videoId: string, now: number): boolean {
    const notices = this.notices();
    const isSettled = this.#settled().some((one) => one.videoId === videoId && one.until > now);
    const isKnown = notices.some((one) => one.videoId === videoId);
    const isLive = this.chats().some(({ broadcast }) => broadcast.broadcastId === videoId);
    if (isSettled || isKnown || isLive || notices.length >= maxNotices) return false;
    const next: Notice = { videoId, looks: 0, failures: 0, dueAt: now, problem: null };
    this.#kv.put("notices", [...notices, next]);
    return true;
  }

  setNotice(next: Notice): void {
    this.#kv.put(
      "notices",
      this.notices().map((one) => (one.videoId === next.videoId ? next : one)),
    );
  }

  dropNotice(videoId: string): void {
    this.#kv.put(
      "notices",
      this.notices().filter((one) => one.videoId !== videoId),
    );
  }

  /** It needs no look until then. The oldest fifty-first is forgotten: looking at it costs one unit again. */
  settle(videoId: string, until: number): void {
    const others = this.#settled().filter((one) => one.videoId !== videoId);
    this.#kv.put("settled", [...others, { videoId, until }].slice(-maxSettled));
    this.dropNotice(videoId);
  }

  /** The newest broadcast first. */
  chats(): Chat[] {
    return [...this.#kv.list({ prefix: chatPrefix })]
      .flatMap(([, value]) => chat.safeParse(value).data ?? [])
      .sort((one, other) => other.broadcast.startedAt - one.broadcast.startedAt);
  }

  addChat(next: Chat): void {
    this.#kv.put(`${chatPrefix}${next.broadcast.broadcastId}`, next);
  }

  /** False for one that was forgotten meanwhile. */
  updateChat(next: Chat): boolean {
    const isHere = this.#kv.get(`${chatPrefix}${next.broadcast.broadcastId}`) !== undefined;
    if (isHere) this.addChat(next);
    return isHere;
  }

  dropChat({ broadcast }: Chat): void {
    this.#kv.delete(`${chatPrefix}${broadcast.broadcastId}`);
  }

  /** All of it: the channel is watched no longer. */
  clear(): void {
    for (const [name] of this.#kv.list()) this.#kv.delete(name);
  }

  #settled(): Settled[] {
    return z.array(settled).catch([]).parse(this.#kv.get("settled"));
  }
}
