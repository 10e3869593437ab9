import { DurableObject } from "cloudflare:workers";
import type { EgressRequest, EgressResponse } from "#contracts/egress";
import type { PlatformEvent } from "#contracts/event";
import type { GatewayClaim, GatewayFrame, GatewayGap, GatewayUp } from "#contracts/gateway";
import { claimKey } from "#contracts/gateway";
import type { Outcome } from "#contracts/outcome";
import { refuse } from "#contracts/outcome";
import type { OutboundMessage, SentMessage } from "#contracts/sender";
import { acceptFrames } from "#durable-objects/gateway-link/accept-frames";
import { HandOver } from "#durable-objects/gateway-link/hand-over";
import { Holds } from "#durable-objects/gateway-link/holds";
import { Journal } from "#durable-objects/gateway-link/journal";
import { LeaseBook } from "#durable-objects/gateway-link/lease-book";
import type {
  GatewayLinkDeps,
  GatewayLinkService,
  GatewayStatus,
} from "#durable-objects/gateway-link/link-service";
import { closeQuietly, read, readUp, sendQuietly, write } from "#durable-objects/gateway-link/link-socket";
import { LinkStore, linkPosition } from "#durable-objects/gateway-link/link-store";
import { PendingCalls } from "#durable-objects/gateway-link/pending-calls";
import { PendingSends, retryAfterMs } from "#durable-objects/gateway-link/pending-sends";
import { gatewayLinkMigrations } from "#durable-objects/gateway-link/tables";
import type { Wishes } from "#durable-objects/gateway-link/wishes";
import { migrate } from "#durable-objects/storage/migrate";
import { readHandshake } from "#lib/gateway-signature";
import { within } from "#lib/within";

const replacedCode = 4001;
const sendMs = 5000;
const egressMs = 9000;
/** How often the database is asked what there is to be connected to, at most. */
const wishesMs = 30_000;
const usualGraceMs = 10_000;
/** Within this time an object that died goes on with what it acknowledged. */
const handOverMs = 10_000;

type Renew = Extract<GatewayUp, { type: "renew" }>;

/** The class of the object that holds one gateway's socket. Its name is the gateway's id. */
export function makeGatewayLink<Env>(deps: GatewayLinkDeps<Env>) {
  const { log, graceMs = () => usualGraceMs } = deps;
  return class GatewayLink extends DurableObject<Env> implements GatewayLinkService {
    #store: LinkStore;
    #holds: Holds;
    #leases: LeaseBook;
    #pending = new PendingSends();
    #calls = new PendingCalls();
    #handOver: HandOver;
    #alarmAt = 0;
    #wishes: { at: number; value: Wishes } | undefined;
    /** One batch after the other, so that a channel gets its lines in order and `seq` speaks for all before it. */
    #lane: Promise<void> = Promise.resolve();
    #renewals: Promise<void> = Promise.resolve();

    constructor(ctx: DurableObjectState, env: Env) {
      super(ctx, env);
      migrate(ctx.storage, gatewayLinkMigrations);
      this.#store = new LinkStore(ctx.storage.sql);
      this.#holds = new Holds(ctx.storage.sql);
      this.#leases = new LeaseBook({
        node: () => this.#store.gatewayId,
        holds: this.#holds,
        shards: (platform) => deps.shards(env, platform),
        wishes: () => this.#readWishes(),
        now: Date.now,
      });
      const accept = (entityId: string, events: PlatformEvent[]) => deps.accept(env, entityId, events);
      this.#handOver = new HandOver(new Journal(ctx.storage.sql), { accept, log, now: Date.now });
      if (this.#handOver.waiting > 0) ctx.waitUntil(this.#handOver.run());
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
      this.#store.gatewayId = handshake.gatewayId;
      for (const socket of this.ctx.getWebSockets())
        this.#end(socket, replacedCode, "a newer socket took over");
      const { 0: theirs, 1: ours } = new WebSocketPair();
      this.ctx.acceptWebSocket(ours);
      const clockOffsetMs = Date.now() - handshake.timestamp;
      write(ours, { ...this.#store.position, lastSeq: 0, isOver: false, version: 0, clockOffsetMs });
      return new Response(null, { status: 101, webSocket: theirs });
    }

    override async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
      const message = readUp(data);
      if (!message) return this.#end(socket, 1008, "not a message of a gateway");
      if (message.type === "fetched") return this.#calls.settle(message.id, message.outcome);
      if (message.type === "sent") return this.#pending.settle(message.id, message.outcome);
      if (message.type === "renew") return this.#renewInTurn(socket, message);
      this.#lane = this.#lane.then(() => this.#acceptBatch(socket, message.seq, message.frames));
      await this.#lane;
    }

    override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
      const { isOver, platforms } = read(socket);
      this.#end(socket, 1000, "");
      if (isOver) return;
      // Who says goodbye has left everything; who just vanished may be back in a moment.
      if (code === 1000) await this.#leases.leave(platforms);
      else await this.#arm(Date.now() + graceMs());
    }

    override async webSocketError(socket: WebSocket): Promise<void> {
      this.#end(socket, 1011, "");
      await this.#arm(Date.now() + graceMs());
    }

    /** Nobody came back in time: others may have what it held. And what an earlier life acknowledged goes on. */
    override async alarm(): Promise<void> {
      this.#alarmAt = 0;
      const { platforms, endedAt } = this.#store.position;
      const backBy = this.#current() ? 0 : (endedAt ?? 0) + graceMs();
      if (!this.#current() && backBy <= Date.now()) await this.#leases.leave(platforms);
      await within(this.#handOver.run(), handOverMs);
      if (this.#handOver.waiting > 0 || backBy > Date.now())
        await this.#arm(Math.max(backBy, Date.now() + handOverMs));
    }

    /** Earlier alarms are left alone: each change is a write. */
    async #arm(at: number): Promise<void> {
      if (this.#alarmAt > Date.now() && this.#alarmAt <= at) return;
      this.#alarmAt = at;
      await this.ctx.storage.setAlarm(at);
    }

    /** Only what this gateway holds is sent to it, and under the claim it holds: a later holder is another's to ask. */
    async send(message: OutboundMessage): Promise<Outcome<SentMessage>> {
      const socket = this.#current();
      if (!socket) return refuse("unavailable", { message: "the gateway is not connected", retryAfterMs });
      const claim = this.#claimFor(message, socket);
      if (!claim)
        return refuse("unavailable", { message: "this gateway does not hold the channel", retryAfterMs });
      if (!this.#pending.has(message.id)) sendQuietly(socket, { type: "send", message, claim });
      return this.#pending.wait(message.id, sendMs);
    }

    async egress(request: EgressRequest): Promise<Outcome<EgressResponse>> {
      const socket = this.#current();
      if (!socket) return refuse("unavailable", { message: "the gateway is not connected", retryAfterMs });
      const id = crypto.randomUUID();
      sendQuietly(socket, { type: "fetch", id, request });
      return this.#calls.wait(id, egressMs);
    }

    async refresh(): Promise<void> {
      this.#wishes = undefined;
      const socket = this.#current();
      if (!socket) return;
      const { version, platforms } = read(socket);
      await this.#renewInTurn(socket, { type: "renew", version, platforms });
    }

    async status(): Promise<GatewayStatus> {
      const { waiting } = this.#handOver;
      const socket = this.#current();
      const { lastSeq, lastEventAt } = socket ? read(socket) : this.#store.position;
      const holds = this.#holds.current();
      const report = socket ? this.#store.report : null;
      return { connected: socket !== undefined, lastSeq, lastEventAt, holds, waiting, report };
    }

    async #acceptBatch(socket: WebSocket, seq: number, frames: readonly GatewayFrame[]): Promise<void> {
      const { isOver, lastSeq, clockOffsetMs } = read(socket);
      if (isOver) return;
      // An acknowledgement speaks for every earlier batch, so none may be missing.
      if (lastSeq > 0 && seq !== lastSeq + 1) return this.#end(socket, 1008, "a batch is missing");
      const isStored = await acceptFrames(frames, {
        parseFrame: (frame) => deps.parseFrame(frame, this.env),
        isCovered: ({ claim, receivedAt }) => !claim || this.#holds.covers(claim, receivedAt + clockOffsetMs),
        accept: (entityId, events) => deps.accept(this.env, entityId, events),
        noteGap: (frame, gap) => this.#noteGap(frame, gap),
        handOver: this.#handOver,
        log,
      });
      if (!isStored) return this.#end(socket, 1011, "not stored, send again");
      if (this.#handOver.waiting > 0) await this.#goOn();
      const after = read(socket);
      if (after.isOver) return;
      write(socket, { ...after, lastSeq: seq, lastEventAt: Date.now() });
      sendQuietly(socket, { type: "acknowledged", seq });
    }

    /** Should this life end here, the alarm begins the next one, which finds the journal. */
    async #goOn(): Promise<void> {
      void this.#handOver.run();
      await this.#arm(Date.now() + handOverMs);
      await this.ctx.storage.sync();
    }

    #noteGap({ platform, connection, id }: GatewayFrame, gap: GatewayGap): Promise<unknown> {
      const key = claimKey(platform, connection);
      const { gatewayId: node, position } = this.#store;
      const told = { id, key, node, ...gap, lastHeardAt: position.endedAt };
      return deps.shards(this.env, platform).noteGap(told);
    }

    #claimFor({ target }: OutboundMessage, socket: WebSocket): GatewayClaim | undefined {
      if (target.kind !== "chat" || read(socket).leaseUntil <= Date.now()) return undefined;
      const key = claimKey(target.platform, target.server ?? "", target.channel);
      const fence = this.#holds.fenceOf(key);
      return fence === undefined ? undefined : { key, fence };
    }

    async #renewInTurn(socket: WebSocket, message: Renew): Promise<void> {
      this.#renewals = this.#renewals.then(() => this.#renew(socket, message));
      await this.#renewals;
    }

    /** Fails closed: a lease that cannot be renewed runs out, and the gateway leaves what it had. */
    async #renew(socket: WebSocket, message: Renew): Promise<void> {
      try {
        const before = read(socket);
        if (before.isOver) return;
        const { assignment, leaseUntil } = await this.#leases.renew(message, before.leaseUntil);
        const after = read(socket);
        if (after.isOver) return;
        write(socket, { ...after, leaseUntil, version: message.version, platforms: message.platforms });
        if (message.connections) this.#store.noteReport(message.connections, Date.now());
        sendQuietly(socket, assignment);
      } catch (error) {
        log({
          level: "ERROR",
          category: "ERROR",
          action: "gateway.renew",
          result: "FAILURE",
          details: { error },
        });
      }
    }

    /** While the database is away, what it said last is good, and networks stay as the gateway has them. */
    async #readWishes(): Promise<Wishes> {
      if (this.#wishes && Date.now() - this.#wishes.at < wishesMs) return this.#wishes.value;
      try {
        const value = await deps.wishes(this.env, log);
        this.#store.connections = value.connections;
        this.#wishes = { at: Date.now(), value };
        return value;
      } catch (error) {
        log({
          level: "ERROR",
          category: "ERROR",
          action: "gateway.wishes",
          result: "FAILURE",
          details: { error },
        });
        return this.#wishes?.value ?? { connections: this.#store.connections };
      }
    }

    #current(): WebSocket | undefined {
      return this.ctx
        .getWebSockets()
        .find((socket) => socket.readyState === WebSocket.READY_STATE_OPEN && !read(socket).isOver);
    }

    #end(socket: WebSocket, code: number, reason: string): void {
      const before = read(socket);
      if (!before.isOver) {
        this.#store.position = linkPosition.parse({ ...before, endedAt: Date.now() });
        this.#pending.abandon();
        this.#calls.abandon();
        write(socket, { ...before, isOver: true });
      }
      closeQuietly(socket, code, reason);
    }
  };
}
