import { DurableObject } from "cloudflare:workers";
import {
  type FrameReceipt,
  type OverlayContent,
  type OverlayDesk,
  type OverlayFrame,
  type OverlayPart,
  type OverlayService,
  type OverlayStatus,
  type OverlayType,
  overlayPageMessage,
  overlayPart,
  parseSeqs,
  type Seqs,
  type ShowReceipt,
} from "#contracts/overlay";
import type { ChatLine } from "#contracts/overlay-content";
import type { OverlayTheme } from "#contracts/overlay-theme";
import { productVersion } from "#contracts/version";
import { ChatWatch, type ChatWatchDeps, renewMs } from "#durable-objects/overlay/chat-watch";
import { Frames } from "#durable-objects/overlay/frames";
import {
  factsOf,
  mostPages,
  type PageFacts,
  Pages,
  pageFacts,
  sendQuietly,
} from "#durable-objects/overlay/pages";
import { Settings } from "#durable-objects/overlay/settings";
import { overlayMigrations } from "#durable-objects/overlay/tables";
import { migrate } from "#durable-objects/storage/migrate";

/** The browser sources of one community. Sockets hibernate: an overlay nobody writes to costs nothing. */
export function makeOverlayObject<Env>(makeDeps: (env: Env) => ChatWatchDeps) {
  return class OverlayObject extends DurableObject<Env> implements OverlayService, OverlayDesk {
    #frames: Frames;
    #settings: Settings;
    #pages: Pages;
    #chat: ChatWatch;

    constructor(ctx: DurableObjectState, env: Env) {
      super(ctx, env);
      migrate(ctx.storage, overlayMigrations);
      this.#frames = new Frames(ctx.storage.sql);
      this.#settings = new Settings(ctx.storage.sql);
      this.#pages = new Pages(ctx);
      this.#chat = new ChatWatch(makeDeps(env));
      // Answered by the runtime without waking the object.
      ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    }

    async show(key: string, content: OverlayContent): Promise<ShowReceipt> {
      const { frame, isNew } = this.#frames.append(key, content, Date.now());
      const { part, seq } = frame;
      return { part, seq, pages: isNew ? this.#pages.send(part, JSON.stringify(frame)) : 0 };
    }

    async showLines(lines: readonly { key: string; line: ChatLine }[]): Promise<void> {
      const now = Date.now();
      const added = this.ctx.storage.transactionSync(() =>
        lines.map(({ key, line }) => this.#frames.append(key, line, now)),
      );
      for (const { frame, isNew } of added) if (isNew) this.#pages.send("chat", JSON.stringify(frame));
    }

    async status(): Promise<OverlayStatus> {
      this.#pages.dropSilent(Date.now());
      return { pages: this.#pages.list(), newest: this.#frames.newest() };
    }

    async receipt(part: OverlayPart, seq: number): Promise<FrameReceipt | undefined> {
      return this.#frames.receipt(part, seq);
    }

    async setTheme(type: OverlayType, theme: OverlayTheme): Promise<void> {
      this.#settings.setTheme(type, theme);
      for (const socket of this.#pages.all()) {
        const { type: of } = factsOf(socket);
        const themes = this.#settings.themesFor(of);
        if (of === type || of === "scene") sendQuietly(socket, JSON.stringify({ type: "themes", themes }));
      }
    }

    async revoke(tokenHash: string, at: number): Promise<void> {
      const now = Date.now();
      this.#settings.revoke(tokenHash, at);
      if (at <= now) this.#pages.closeToken(tokenHash);
      await this.#arm(now);
    }

    /** The edge has checked the token and says in the query what it stands for. */
    override async fetch(request: Request): Promise<Response> {
      const now = Date.now();
      const { searchParams } = new URL(request.url);
      const facts = pageFacts.parse({ ...Object.fromEntries(searchParams), openedAt: now });
      // The edge looked a moment ago; a token may have been replaced since.
      if (this.#settings.isRevoked(facts.tokenHash, now)) return new Response("refused", { status: 401 });
      if (this.#pages.count() >= mostPages) this.#pages.dropSilent(now);
      if (this.#pages.count() >= mostPages) return new Response("too many pages are open", { status: 503 });
      const pair = new WebSocketPair();
      this.#pages.accept(pair[1], facts);
      for (const frame of this.#welcome(facts, parseSeqs(searchParams.get("last") ?? ""), now))
        sendQuietly(pair[1], JSON.stringify(frame));
      if (facts.type === "chat" || facts.type === "scene") {
        this.ctx.waitUntil(this.#chat.renew(facts.communityId, now));
        await this.#arm(now);
      }
      const headers = { "sec-websocket-protocol": "waddlebot" };
      return new Response(null, { status: 101, webSocket: pair[0], headers });
    }

    /** Where the page comes back with a number, what it missed since; where it comes anew, how things are. */
    #welcome({ type, community }: PageFacts, last: Seqs, now: number): OverlayFrame[] {
      const parts = partsOf(type);
      const missed = parts.flatMap((part) => {
        const after = last[part];
        return after === undefined ? [] : this.#frames.since(part, after);
      });
      const state = parts.flatMap((part) => (last[part] === undefined ? this.#frames.state(part, now) : []));
      const newest = this.#frames.newest().filter(({ part }) => parts.includes(part));
      const hello: OverlayFrame = {
        type: "hello",
        community,
        version: productVersion,
        heads: Object.fromEntries(parts.map((part) => [part, this.#frames.head(part)])),
        lastEventAt: newest.length === 0 ? null : Math.max(...newest.map(({ shownAt }) => shownAt)),
        themes: this.#settings.themesFor(type),
        state: state.map(({ type: _, ...frame }) => frame),
      };
      return [hello, ...missed];
    }

    override async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
      const message = readMessage(data);
      if (!message) return socket.close(1008, "not a message of an overlay page");
      const now = Date.now();
      const own = partsOf(factsOf(socket).type);
      const delivered = own.flatMap((part) => {
        const seq = message.delivered[part];
        return seq === undefined || seq > this.#frames.head(part) ? [] : [[part, seq] as const];
      });
      for (const [part, seq] of delivered) this.#frames.markDelivered(part, seq, now);
      if (delivered.length > 0) this.#pages.noteDelivered(socket, Object.fromEntries(delivered));
      for (const { part, seq, result } of message.played)
        if (own.includes(part)) this.#frames.markPlayed(part, seq, result, now);
    }

    override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
      socket.close(code === 1005 || code === 1006 ? 1000 : code);
    }

    /** Closes the pages of tokens whose grace is over, and goes on asking for the chat while somebody shows it. */
    override async alarm(): Promise<void> {
      const now = Date.now();
      for (const tokenHash of this.#settings.endedBetween(0, now)) this.#pages.closeToken(tokenHash);
      this.#pages.dropSilent(now);
      const watcher = this.#pages.watching("chat")[0];
      if (watcher) await this.#chat.renew(factsOf(watcher).communityId, now);
      await this.#arm(now);
    }

    async #arm(now: number): Promise<void> {
      const ends = this.#settings.nextEnd(now);
      const isChatShown = this.#pages.watching("chat").length > 0;
      const times = [ends, isChatShown ? now + renewMs : undefined].filter((at) => at !== undefined);
      if (times.length > 0) await this.ctx.storage.setAlarm(Math.min(...times));
    }
  };
}

function partsOf(type: OverlayType): readonly OverlayPart[] {
  return type === "scene" ? overlayPart.options : [type];
}

function readMessage(data: string | ArrayBuffer) {
  if (typeof data !== "string" || data.length > 10_000) return undefined;
  try {
    return overlayPageMessage.safeParse(JSON.parse(data)).data;
  } catch {
    return undefined;
  }
}
