import { randomBytes } from "node:crypto";
import { WebSocket } from "ws";
import type { Egress } from "#contracts/egress";
import type {
  ConnectionReport,
  GatewayAssignment,
  GatewayDown,
  GatewayFrame,
  GatewayUp,
} from "#contracts/gateway";
import { gatewayDown, maxBatchFrames, maxBatchLength } from "#contracts/gateway";
import type { Backoff } from "#gateway/backoff";
import { backoffMs } from "#gateway/backoff";
import type { Leases } from "#gateway/leases";
import type { SentOutcome } from "#gateway/source";
import type { Send } from "#gateway/speak";
import type { Spool, SpooledFrame } from "#gateway/spool";
import { signHandshake } from "#lib/gateway-signature";
import type { Log } from "#lib/log";

/** How the edge says that a newer socket of the same gateway took over. */
const replacedCode = 4001;
/** Two: one on its way while one is stored. More would only wait, and each be smaller. */
const maxInFlight = 2;

export interface LinkTimings {
  /** How long a frame may wait for company. */
  lingerMs: number;
  acknowledgeMs: number;
  pingMs: number;
  backoff: Backoff;
  /** After a newer process with our name took over: long enough that two do not take turns. */
  replacedMs: number;
}

export interface LinkOptions {
  edgeUrl: string;
  gatewayId: string;
  gatewayKey: string;
  spool: Spool;
  timings: LinkTimings;
  /** What this gateway has sources for. */
  platforms: readonly string[];
  leases: Pick<Leases, "version" | "renewMs">;
  /** How its connections stand, told with each renewal. */
  connections?: () => ConnectionReport[];
  onSend: (send: Send) => Promise<SentOutcome>;
  /** Makes one call to a platform for the edge. */
  onFetch: Egress;
  /** True when something was taken away: the edge is told at once that it was left. */
  onAssignment: (assignment: GatewayAssignment) => boolean;
  /** Stored by the edge for good. */
  onAcknowledged?: (frames: readonly GatewayFrame[]) => void;
  /** Another process speaks for this gateway now: be silent until assigned again. */
  onReplaced: () => void;
  log: Log;
  now: () => number;
  random: () => number;
}

export interface LinkHealth {
  isConnected: boolean;
  /** Batches sent and not acknowledged. */
  inFlight: number;
  acknowledgedFrames: number;
  connections: number;
}

export interface Link {
  /** There is something in the spool. */
  wake(): void;
  health(): LinkHealth;
  /** Waits up to `flushMs` for the spool to empty, then closes; the rest stays in the spool. */
  close(flushMs: number): Promise<void>;
}

interface Batch {
  seq: number;
  first: number;
  last: number;
  frames: GatewayFrame[];
  sentAt: number;
}

/** The one socket to the edge: frames up in acknowledged batches, sends and assignments down. Reconnects for ever. */
export function startLink(options: LinkOptions): Link {
  const { spool, timings, log, now, random } = options;
  const url = new URL("gateway", options.edgeUrl.replace(/^http/, "ws").replace(/\/?$/, "/"));
  let socket: WebSocket | undefined;
  /** In order. A reconnect sends exactly these again, same numbers, same frames. */
  let inFlight: Batch[] = [];
  let lastSeq = 0;
  let lastPosition = 0;
  let failedAttempts = 0;
  let connections = 0;
  let acknowledgedFrames = 0;
  let isClosing = false;
  let isAlive = true;
  /** Frames wait for an acknowledgement, and no longer for company. */
  let isHeld = false;
  let lingerTimer: NodeJS.Timeout | undefined;
  let renewTimer: NodeJS.Timeout | undefined;
  let retryTimer: NodeJS.Timeout | undefined;

  const send = (message: GatewayUp) => socket?.send(JSON.stringify(message));
  const isOpen = () => socket?.readyState === WebSocket.OPEN;

  function sendBatch(batch: Batch): void {
    batch.sentAt = now();
    send({ type: "events", seq: batch.seq, frames: batch.frames });
  }

  function pump(): void {
    clearTimeout(lingerTimer);
    lingerTimer = undefined;
    isHeld = false;
    while (isOpen() && inFlight.length < maxInFlight) {
      const rows = cutToSize(spool.next(lastPosition, maxBatchFrames));
      const [first, last] = [rows.at(0), rows.at(-1)];
      if (!first || !last) return;
      lastSeq += 1;
      lastPosition = last.position;
      const frames = rows.map(({ frame }) => frame);
      const batch = { seq: lastSeq, first: first.position, last: last.position, frames, sentAt: 0 };
      inFlight.push(batch);
      sendBatch(batch);
    }
    isHeld = true;
  }

  function acknowledge(seq: number): void {
    for (const batch of inFlight.filter((one) => one.seq <= seq)) {
      spool.remove(batch.first, batch.last);
      options.onAcknowledged?.(batch.frames);
      acknowledgedFrames += batch.frames.length;
      // Only an acknowledgement proves the way is whole; a socket that opens and fails again keeps backing off.
      failedAttempts = 0;
    }
    inFlight = inFlight.filter((one) => one.seq > seq);
    // What came just now goes on gathering: each batch is a write at the edge.
    if (isHeld) pump();
  }

  /** Says that we live and what we carried out; the answer is an assignment. */
  function renew(): void {
    clearTimeout(renewTimer);
    if (!isOpen()) return;
    const told = options.connections && { connections: options.connections() };
    send({ type: "renew", version: options.leases.version(), platforms: [...options.platforms], ...told });
    renewTimer = setTimeout(renew, options.leases.renewMs());
  }

  function carryOut(assignment: GatewayAssignment): void {
    if (options.onAssignment(assignment)) return renew();
    if (!assignment.lease) return;
    clearTimeout(renewTimer);
    renewTimer = setTimeout(renew, assignment.lease.renewMs);
  }

  async function answerSend({ message, claim }: Send): Promise<void> {
    const outcome = await options.onSend({ message, claim }).catch((error: unknown): SentOutcome => {
      log({
        level: "ERROR",
        category: "ERROR",
        action: "gateway.send",
        result: "FAILURE",
        details: { error },
      });
      return { ok: false, code: "unknown", message: "the gateway failed while saying it" };
    });
    if (isOpen()) send({ type: "sent", id: message.id, outcome });
  }

  async function answerFetch({ id, request }: Extract<GatewayDown, { type: "fetch" }>): Promise<void> {
    const outcome = await options.onFetch(request);
    if (!isOpen()) return;
    const { ok } = outcome;
    if (ok) return send({ type: "fetched", id, outcome: { ok, response: outcome.value } });
    const code = outcome.code === "unavailable" ? outcome.code : "unknown";
    send({ type: "fetched", id, outcome: { ok, code, message: outcome.message ?? code } });
  }

  function onDown(text: string): void {
    const message = readDown(text);
    if (!message) {
      log({ level: "ERROR", category: "ERROR", action: "gateway.receive", result: "FAILURE" });
      socket?.terminate();
      return;
    }
    if (message.type === "acknowledged") acknowledge(message.seq);
    if (message.type === "assignment") carryOut(message);
    if (message.type === "send") void answerSend(message);
    if (message.type === "fetch") void answerFetch(message);
  }

  function onClose(opened: WebSocket, code: number, reason: string): void {
    if (opened !== socket) return;
    socket = undefined;
    clearTimeout(renewTimer);
    if (isClosing) return;
    const isReplaced = code === replacedCode;
    if (isReplaced) options.onReplaced();
    const waitMs = isReplaced ? timings.replacedMs : backoffMs(failedAttempts, timings.backoff, random);
    failedAttempts += 1;
    const details = { code, reason, retryInMs: waitMs, spooled: spool.backlog().frames };
    log({ level: "WARNING", category: "SYSTEM", action: "gateway.link", result: "FAILURE", details });
    retryTimer = setTimeout(() => void connect(), waitMs);
  }

  async function connect(): Promise<void> {
    const nonce = randomBytes(16).toString("hex");
    const handshake = { gatewayId: options.gatewayId, timestamp: now(), nonce };
    const headers = await signHandshake(handshake, options.gatewayKey);
    if (isClosing) return;
    const opened = new WebSocket(url.href, { headers, handshakeTimeout: 10_000, maxPayload: 1 << 20 });
    socket = opened;
    let failure = "";
    opened.on("open", () => {
      isAlive = true;
      connections += 1;
      log({ level: "INFO", category: "SYSTEM", action: "gateway.link", result: "SUCCESS" });
      renew();
      for (const batch of inFlight) sendBatch(batch);
      pump();
    });
    opened.on("message", (data) => onDown(String(data)));
    opened.on("pong", () => {
      isAlive = true;
    });
    opened.on("error", (error) => {
      failure = error.message;
    });
    opened.on("close", (code, reason) => onClose(opened, code, failure || String(reason)));
  }

  const keepaliveTimer = setInterval(() => {
    if (!isOpen()) return;
    const oldest = inFlight[0];
    const isLate = oldest !== undefined && now() - oldest.sentAt > timings.acknowledgeMs;
    if (!isAlive || isLate) return socket?.terminate();
    isAlive = false;
    socket?.ping();
  }, timings.pingMs);

  void connect();

  return {
    wake() {
      lingerTimer ??= setTimeout(pump, timings.lingerMs);
    },
    health: () => ({ isConnected: isOpen(), inFlight: inFlight.length, acknowledgedFrames, connections }),
    async close(flushMs) {
      const until = now() + flushMs;
      pump();
      while (isOpen() && spool.backlog().frames > 0 && now() < until) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      isClosing = true;
      for (const timer of [lingerTimer, retryTimer, renewTimer, keepaliveTimer]) clearTimeout(timer);
      await closeSocket(socket);
    },
  };
}

/** As many of them as one message may carry, and one at least. */
function cutToSize(rows: SpooledFrame[]): SpooledFrame[] {
  let length = 0;
  const tooMany = rows.findIndex(({ frame }) => {
    length += frame.raw.length;
    return length > maxBatchLength;
  });
  return tooMany < 0 ? rows : rows.slice(0, Math.max(1, tooMany));
}

function closeSocket(socket: WebSocket | undefined): Promise<void> {
  if (!socket || socket.readyState === WebSocket.CLOSED) return Promise.resolve();
  return new Promise((resolve) => {
    const giveUp = setTimeout(() => socket.terminate(), 500);
    socket.once("close", () => {
      clearTimeout(giveUp);
      resolve();
    });
    socket.close(1000);
  });
}

function readDown(text: string): GatewayDown | undefined {
  try {
    return gatewayDown.safeParse(JSON.parse(text)).data;
  } catch {
    // Not JSON: as wrong as any other message we do not know.
    return undefined;
  }
}
