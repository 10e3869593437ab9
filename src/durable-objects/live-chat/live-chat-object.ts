import { DurableObject } from "cloudflare:workers";
import { LiveChatStore } from "#durable-objects/live-chat/live-chat-store";
import { look } from "#durable-objects/live-chat/look";
import { beginChat, readChat } from "#durable-objects/live-chat/reader";
import type { Chat, Notice, ReaderDeps, ReaderStatus, Target } from "#durable-objects/live-chat/reader-state";
import { type Task, workShift } from "#durable-objects/live-chat/shift";
import { streamEvent } from "#durable-objects/live-chat/stream-event";
import type { Log } from "#lib/log";

/** An alarm may run for 15 minutes; connections end with the shift, and what ends them must have time. */
const shiftMs = 12 * 60_000;
/** A connection shorter than this is not worth its price. */
const leastConnectionMs = 30_000;
/** A longer pause than this is slept through. */
const idleMs = 1000;
/** What threw is tried again after this. */
const troubleMs = 30_000;
/** When a shift that was cut off is taken up again. */
const watchdogMs = 5000;

export interface LiveChatDeps<Env> {
  makeReaderDeps(env: Env): ReaderDeps;
  log: Log;
}

/**
 * The class of the object that reads one channel's live chats. Asleep, without an alarm, while nothing is live or planned.
 * All state is in storage: a deploy or an eviction loses at most the connection, and the alarm comes again.
 */
export function makeLiveChat<Env>({ makeReaderDeps, log }: LiveChatDeps<Env>) {
  return class LiveChat extends DurableObject<Env> {
    #store = new LiveChatStore(this.ctx.storage.kv);
    #knock: (() => void) | undefined;
    #isAtWork = false;

    /** A video that may be live. Durable when it returns. */
    async notice(target: Target, videoId: string): Promise<void> {
      this.#store.setTarget(target);
      if (this.#store.addNotice(videoId, Date.now())) await this.#arm();
    }

    /** The channel is watched no longer: what is being read ends with its next page. */
    async leave(): Promise<void> {
      this.#store.clear();
      await this.ctx.storage.deleteAlarm();
      this.#knock?.();
    }

    async status(): Promise<ReaderStatus> {
      const live = this.#store.chats().flatMap(({ broadcast, how, lastPageAt, problem }) => {
        return how === "closing" ? [] : [{ ...broadcast, how, lastPageAt, problem }];
      });
      // Whatever became of its alarm: who is asked about has one.
      if (!this.#isAtWork && (await this.ctx.storage.getAlarm()) === null) await this.#arm();
      return { live, problem: this.#store.notices().find(({ problem }) => problem)?.problem ?? null };
    }

    override async alarm(): Promise<void> {
      const target = this.#store.target();
      if (!target) return;
      // Should this life end in the middle, the next one begins here; an alarm does not overtake a running one.
      await this.ctx.storage.setAlarm(Date.now() + watchdogMs);
      const endsAt = Date.now() + shiftMs;
      this.#isAtWork = true;
      try {
        await workShift(
          { now: () => Date.now(), rest: (ms) => this.#rest(ms), tasks: () => this.#tasks(target, endsAt) },
          { endsAt, idleMs },
        );
      } finally {
        this.#isAtWork = false;
        this.#knock?.();
        await this.#arm();
      }
    }

    /** At the next thing to do, or now for a shift that is at work; no alarm when there is nothing. */
    async #arm(): Promise<void> {
      if (this.#isAtWork) return this.#knock?.();
      const all = [...this.#store.notices(), ...this.#store.chats()].map(({ dueAt }) => dueAt);
      if (all.length === 0) return this.ctx.storage.deleteAlarm();
      await this.ctx.storage.setAlarm(Math.max(Math.min(...all), Date.now()));
    }

    #rest(ms: number): Promise<void> {
      // The rest before this one may have been overtaken; its clock must not run on.
      this.#knock?.();
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#knock = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }

    #tasks(target: Target, endsAt: number): Task[] {
      const looks = this.#store.notices().map((notice) => ({
        name: `look:${notice.videoId}`,
        dueAt: notice.dueAt,
        run: () => this.#watched(target, notice.videoId, () => this.#look(target, notice)),
      }));
      const reads = this.#store.chats().map((chat) => ({
        name: `read:${chat.broadcast.broadcastId}`,
        // A connection that would end with the shift at once begins with the next one.
        dueAt: chat.how === "stream" && endsAt - Date.now() < leastConnectionMs ? endsAt : chat.dueAt,
        run: () => this.#watched(target, chat.broadcast.broadcastId, () => this.#read(target, chat, endsAt)),
      }));
      return [...looks, ...reads];
    }

    async #look(target: Target, notice: Notice): Promise<void> {
      const deps = makeReaderDeps(this.env);
      const came = await look(target, notice, deps);
      if (came.kind === "again") return this.#store.setNotice(came.notice);
      if (came.kind === "settled") return this.#store.settle(notice.videoId, came.until);
      const begun = beginChat(came.broadcast, deps.now());
      await deps.accept(target.entityId, [streamEvent("stream_online", target, came.broadcast, deps.now())]);
      this.#store.addChat(begun);
      this.#store.dropNotice(notice.videoId);
    }

    async #read(target: Target, chat: Chat, endsAt: number): Promise<void> {
      if (chat.how === "closing") return this.#close(target, chat);
      const save = (next: Chat) => this.#store.updateChat(next);
      const forMs = endsAt - Date.now();
      save(await readChat(target, chat, makeReaderDeps(this.env), { save, forMs }));
    }

    /** A channel is offline when its last broadcast ended; the end of another one is nobody's business. */
    async #close(target: Target, chat: Chat): Promise<void> {
      const deps = makeReaderDeps(this.env);
      const others = this.#store.chats().filter(({ how }) => how !== "closing");
      if (others.length === 0)
        await deps.accept(target.entityId, [
          streamEvent("stream_offline", target, chat.broadcast, deps.now()),
        ]);
      this.#store.settle(chat.broadcast.broadcastId, Number.MAX_SAFE_INTEGER);
      this.#store.dropChat(chat);
    }

    /** What throws is told, and comes again a while later. */
    async #watched(target: Target, videoId: string, run: () => Promise<void>): Promise<void> {
      try {
        await run();
      } catch (error) {
        const details = { entityId: target.entityId, videoId, error };
        log({ level: "ERROR", category: "ERROR", action: "live-chat.read", result: "FAILURE", details });
        const dueAt = Date.now() + troubleMs;
        const chat = this.#store.chats().find(({ broadcast }) => broadcast.broadcastId === videoId);
        if (chat) this.#store.updateChat({ ...chat, dueAt });
        const notice = this.#store.notices().find((one) => one.videoId === videoId);
        if (notice) this.#store.setNotice({ ...notice, dueAt });
      }
    }
  };
}
