import { DurableObject } from "cloudflare:workers";
import * as z from "zod";
import {
  type FeedFrame,
  type FeedNote,
  type FeedService,
  feedFilter,
  feedPageMessage,
  socketClose,
} from "#contracts/feed";
import { productVersion } from "#contracts/version";
import { matches } from "#durable-objects/feed/matches";
import { Pace } from "#durable-objects/feed/pace";
import { FrameBudget } from "#durable-objects/live-socket/frame-budget";
import { closeQuietly, sendQuietly } from "#durable-objects/live-socket/send-quietly";
import { renewAfterMs, socketLifeMs } from "#durable-objects/live-socket/socket-life";

/** Channels report for this long; renewed a minute before, while somebody looks on. */
const leaseMs = 300_000;
const renewLeaseMs = 240_000;
const mostSockets = 50;
const ringSize = 100;

/** A socket remembers itself over the object's sleep. */
const attachment = z.object({ id: z.string(), until: z.number(), filter: feedFilter });
const ticket = z.object({ communityId: z.coerce.number().int(), community: z.string() });
const pass = z.object({ communityId: z.number() });

export interface FeedDeps<Env> {
  /** The channels of a community that are switched on. */
  channelsOf(env: Env, communityId: number): Promise<string[]>;
  /** Makes a channel report until then; answers with what it decided lately. */
  watch(env: Env, entityId: string, until: number): Promise<FeedNote[]>;
}

/**
 * Who looks on at one community's live activity. Channels report here only while somebody does: nobody watching costs a
 * message nothing (docs/decisions/0029). What is shown is not kept; the channels' records are.
 */
export function makeFeed<Env>(deps: FeedDeps<Env>) {
  return class Feed extends DurableObject<Env> implements FeedService {
    #pace = new Pace();
    #budget = new FrameBudget(20, 10_000);
    #timer: ReturnType<typeof setTimeout> | undefined;
    /** What was told last, for whoever comes now or comes back. */
    #ring: FeedNote[] = [];

    constructor(ctx: DurableObjectState, env: Env) {
      super(ctx, env);
      ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    }

    async note(notes: FeedNote[], dropped: number): Promise<boolean> {
      if (this.ctx.getWebSockets().length === 0) {
        await this.ctx.storage.delete("leasedUntil");
        return false;
      }
      this.#tell(notes, dropped);
      return true;
    }

    /** The API has asked who it is and says in the query for which community. */
    override async fetch(request: Request): Promise<Response> {
      const given = ticket.parse(Object.fromEntries(new URL(request.url).searchParams));
      if (this.ctx.getWebSockets().length >= mostSockets) return new Response("too many", { status: 429 });
      const pair = new WebSocketPair();
      this.ctx.acceptWebSocket(pair[1]);
      pair[1].serializeAttachment({
        id: crypto.randomUUID(),
        until: Date.now() + socketLifeMs,
        filter: {},
      });
      this.#send(pair[1], {
        type: "hello",
        community: given.community,
        version: productVersion,
        renewAfterMs,
      });
      if (this.#ring.length > 0) this.#send(pair[1], { type: "notes", notes: this.#ring, dropped: 0 });
      await this.ctx.storage.put("pass", { communityId: given.communityId });
      this.ctx.waitUntil(this.#lease());
      return new Response(null, { status: 101, webSocket: pair[0] });
    }

    override async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
      const self = attachment.parse(socket.deserializeAttachment());
      if (!this.#budget.take(self.id, Date.now()))
        return closeQuietly(socket, socketClose.tooMany, "too many messages");
      const wanted = readFilter(data);
      if (!wanted) return closeQuietly(socket, socketClose.badMessage, "not a message of this page");
      socket.serializeAttachment({ ...self, filter: wanted });
      const notes = this.#ring.filter((note) => matches(wanted, note));
      this.#send(socket, { type: "notes", notes, dropped: 0 });
    }

    override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
      closeQuietly(socket, code === 1005 || code === 1006 ? 1000 : code, "");
    }

    /** The channels' lease runs out soon. */
    override async alarm(): Promise<void> {
      await this.ctx.storage.delete("leasedUntil");
      if (this.ctx.getWebSockets().length > 0) await this.#lease();
    }

    /** Asks the channels to report, unless they do. What they remember is told at once, so that no page begins empty. */
    async #lease(): Promise<void> {
      const now = Date.now();
      const held = z
        .number()
        .optional()
        .parse(await this.ctx.storage.get("leasedUntil"));
      if (held !== undefined && held > now) return;
      await this.ctx.storage.put("leasedUntil", now + renewLeaseMs);
      await this.ctx.storage.setAlarm(now + renewLeaseMs);
      const { communityId } = pass.parse(await this.ctx.storage.get("pass"));
      const ids = await deps.channelsOf(this.env, communityId);
      const recent = await Promise.allSettled(ids.map((id) => deps.watch(this.env, id, now + leaseMs)));
      const known = new Set(this.#ring.map(({ id }) => id));
      const notes = recent
        .flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []))
        .filter(({ id }) => !known.has(id))
        .sort((a, b) => a.at - b.at)
        .slice(-ringSize);
      if (notes.length > 0) this.#tell(notes, 0);
    }

    #tell(notes: readonly FeedNote[], dropped: number): void {
      this.#ring = [...this.#ring, ...notes].slice(-ringSize);
      this.#pace.add(notes, dropped);
      this.#timer ??= setTimeout(() => this.#flush(), this.#pace.waitMs(Date.now()));
    }

    #flush(): void {
      this.#timer = undefined;
      const now = Date.now();
      const { notes, dropped } = this.#pace.take(now);
      for (const socket of this.ctx.getWebSockets()) {
        const { until, filter } = attachment.parse(socket.deserializeAttachment());
        if (until < now) {
          closeQuietly(socket, socketClose.renew, "open the next one");
          continue;
        }
        const wanted = notes.filter((note) => matches(filter, note));
        if (wanted.length > 0 || dropped > 0) this.#send(socket, { type: "notes", notes: wanted, dropped });
      }
    }

    #send(socket: WebSocket, frame: FeedFrame): void {
      sendQuietly(socket, frame);
    }
  };
}

function readFilter(data: string | ArrayBuffer) {
  if (typeof data !== "string" || data.length > 8000) return undefined;
  try {
    return feedPageMessage.safeParse(JSON.parse(data)).data?.filter;
  } catch {
    return undefined;
  }
}
