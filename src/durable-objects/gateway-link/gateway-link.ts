import { DurableObject } from "cloudflare:workers";
import * as z from "zod";
import type { PlatformEvent } from "#contracts/event";
import type { GatewayDown, GatewayFrame } from "#contracts/gateway";
import { gatewayDown, gatewayUp } from "#contracts/gateway";
import type { Outcome } from "#contracts/outcome";
import { refuse } from "#contracts/outcome";
import type { MessageSink, OutboundMessage, SentMessage } from "#contracts/sender";
import { acceptFrames } from "#durable-objects/gateway-link/accept-frames";
import { type Assignment, LinkStore, linkPosition } from "#durable-objects/gateway-link/link-store";
import { PendingSends, retryAfterMs } from "#durable-objects/gateway-link/pending-sends";
import { gatewayLinkMigrations } from "#durable-objects/gateway-link/tables";
import { migrate } from "#durable-objects/storage/migrate";
import { readHandshake } from "#lib/gateway-signature";
import type { Log } from "#lib/log";

export interface GatewayLinkDeps<Env> {
  /** Chooses the platform's own parser; given from above, because an object knows no platform. */
  parseFrame: (frame: GatewayFrame) => PlatformEvent | undefined;
  /** Stores events in their channel; returns once they are durable. */
  accept: (env: Env, entityId: string, events: PlatformEvent[]) => Promise<unknown>;
  log: Log;
}

export interface GatewayStatus {
  connected: boolean;
  lastSeq: number;
  /** Epoch milliseconds. */
  lastEventAt: number | null;
}

/** What the rest of the edge calls. */
export interface GatewayLinkService extends Pick<MessageSink, "send"> {
  assign(irc: Assignment["irc"]): Promise<void>;
  status(): Promise<GatewayStatus>;
}

const replacedCode = 4001;
const sendMs = 5000;
const maxMessageLength = 4 << 20;

/** A socket remembers itself; `isOver` marks one whose batches count no more. */
const attachment = linkPosition.extend({ isOver: z.boolean() });
type Attachment = z.infer<typeof attachment>;

/** The class of the object that holds one gateway's socket. Its name is the gateway's id. */
export function makeGatewayLink<Env>({ parseFrame, accept, log }: GatewayLinkDeps<Env>) {
  return class GatewayLink extends DurableObject<Env> implements GatewayLinkService {
    #store: LinkStore;
    #pending = new PendingSends();
    /** One batch after the other, so that a channel gets its lines in order and `seq` speaks for all before it. */
    #lane: Promise<void> = Promise.resolve();

    constructor(ctx: DurableObjectState, env: Env) {
      super(ctx, env);
      migrate(ctx.storage, gatewayLinkMigrations);
      this.#store = new LinkStore(ctx.storage.sql);
    }

    /** The edge has checked signature and age; here the nonce is spent. */
    override async fetch(request: Request): Promise<Response> {
      const handshake = readHandshake(request.headers);
      if (request.headers.get("upgrade") !== "websocket" || !handshake)
        return new Response(null, { status: 400 });
      if (!this.#store.spendNonce(handshake.nonce, Date.now())) {
        log({
          level: "WARNING",
          category: "AUTH",
          action: "gateway.connect",
          result: "DENIED",
          details: { reason: "replay" },
        });
        return new Response(null, { status: 401 });
      }
      for (const socket of this.ctx.getWebSockets())
        this.#end(socket, replacedCode, "a newer socket took over");
      const { 0: theirs, 1: ours } = new WebSocketPair();
      this.ctx.acceptWebSocket(ours);
      write(ours, { lastSeq: 0, lastEventAt: this.#store.position.lastEventAt, isOver: false });
      sendQuietly(ours, this.#store.assignment);
      return new Response(null, { status: 101, webSocket: theirs });
    }

    override async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
      const message = readUp(data);
      if (!message) return this.#end(socket, 1008, "not a message of a gateway");
      if (message.type === "sent") return this.#pending.settle(message.id, message.outcome);
      this.#lane = this.#lane.then(() => this.#acceptBatch(socket, message.seq, message.frames));
      await this.#lane;
    }

    override async webSocketClose(socket: WebSocket): Promise<void> {
      this.#end(socket, 1000, "");
    }

    override async webSocketError(socket: WebSocket): Promise<void> {
      this.#end(socket, 1011, "");
    }

    async send(message: OutboundMessage): Promise<Outcome<SentMessage>> {
      const socket = this.#current();
      if (!socket) return refuse("unavailable", { message: "the gateway is not connected", retryAfterMs });
      if (!this.#pending.has(message.id)) sendQuietly(socket, { type: "send", message });
      return this.#pending.wait(message.id, sendMs);
    }

    async assign(irc: Assignment["irc"]): Promise<void> {
      const assignment: Assignment = { type: "assignment", irc };
      gatewayDown.parse(assignment);
      this.#store.assignment = assignment;
      const socket = this.#current();
      if (socket) sendQuietly(socket, assignment);
    }

    async status(): Promise<GatewayStatus> {
      const socket = this.#current();
      const { lastSeq, lastEventAt } = socket ? read(socket) : this.#store.position;
      return { connected: socket !== undefined, lastSeq, lastEventAt };
    }

    async #acceptBatch(socket: WebSocket, seq: number, frames: readonly GatewayFrame[]): Promise<void> {
      const { isOver, lastSeq } = read(socket);
      if (isOver) return;
      // An acknowledgement speaks for every earlier batch, so none may be missing.
      if (lastSeq > 0 && seq !== lastSeq + 1) return this.#end(socket, 1008, "a batch is missing");
      const isStored = await acceptFrames(frames, {
        parseFrame,
        accept: (entityId, events) => accept(this.env, entityId, events),
        log,
      });
      if (!isStored) return this.#end(socket, 1011, "not stored, send again");
      if (read(socket).isOver) return;
      write(socket, { lastSeq: seq, lastEventAt: Date.now(), isOver: false });
      sendQuietly(socket, { type: "acknowledged", seq });
    }

    #current(): WebSocket | undefined {
      return this.ctx
        .getWebSockets()
        .find((socket) => socket.readyState === WebSocket.READY_STATE_OPEN && !read(socket).isOver);
    }

    #end(socket: WebSocket, code: number, reason: string): void {
      const { isOver, lastSeq, lastEventAt } = read(socket);
      if (!isOver) {
        this.#store.position = { lastSeq, lastEventAt };
        this.#pending.abandon();
        write(socket, { lastSeq, lastEventAt, isOver: true });
      }
      closeQuietly(socket, code, reason);
    }
  };
}

function read(socket: WebSocket): Attachment {
  return attachment.parse(socket.deserializeAttachment());
}

function write(socket: WebSocket, value: Attachment): void {
  socket.serializeAttachment(value);
}

function readUp(data: string | ArrayBuffer) {
  if (typeof data !== "string" || data.length > maxMessageLength) return undefined;
  try {
    return gatewayUp.safeParse(JSON.parse(data)).data;
  } catch {
    // Not JSON: as wrong as any other message we do not know.
    return undefined;
  }
}

function sendQuietly(socket: WebSocket, message: GatewayDown): void {
  try {
    socket.send(JSON.stringify(message));
  } catch {
    // Closing: the gateway comes back and sends again, and a send that waits runs into its time limit.
  }
}

function closeQuietly(socket: WebSocket, code: number, reason: string): void {
  try {
    socket.close(code, reason);
  } catch {
    // Closed already.
  }
}
