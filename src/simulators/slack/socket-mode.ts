import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import * as z from "zod";
import type { Delivery } from "#simulators/delivery";
import { parseJson } from "#simulators/parse-json";
import type { World } from "#simulators/world";

export interface SocketModeOptions {
  /** Everything goes through sockets and nothing to the webhook, as when the app's switch is on. */
  socketMode?: boolean;
  /** How long an envelope waits for its acknowledgement. */
  socketAckMs?: number;
  /** The pauses before the three further tries. */
  socketRetryMs?: readonly number[];
}

export type EnvelopeType = "events_api" | "slash_commands" | "interactive";

export interface SlackSocketMode {
  readonly isOn: boolean;
  /** A `wss` address with a ticket that is good once. */
  open(): string;
  /** False when the path is not ours. */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): boolean;
  deliver(type: EnvelopeType, payload: object): Promise<Delivery>;
  connections(): number;
  /** How many were ever open at the same time. */
  mostConnections(): number;
  /** Envelopes in the order they were acknowledged. */
  acknowledged: readonly string[];
  /** Tells every open connection, closes those that stay after `graceMs`. */
  askToReconnect(reason: "warning" | "refresh_requested", graceMs?: number): void;
  /** The app's switch was turned off. */
  disable(): void;
  /** Every connection is gone without a word. */
  cut(): void;
  /** While false, acknowledgements are lost. */
  hears: boolean;
  stop(): void;
}

const mostSockets = 10;
const acknowledgement = z.object({ envelope_id: z.string(), payload: z.unknown().optional() });

export function makeSocketMode(world: World, options: SocketModeOptions): SlackSocketMode {
  const { socketAckMs = 3000, socketRetryMs = [100, 60_000, 300_000] } = options;
  const random = world.random.fork("socket mode");
  const server = new WebSocketServer({ noServer: true });
  const tickets = new Set<string>();
  const sockets = new Set<WebSocket>();
  const waiting = new Map<string, (payload: unknown) => void>();
  const acknowledged: string[] = [];
  let most = 0;
  let isEnabled = true;
  let isStopped = false;

  function serve(socket: WebSocket): void {
    if (!isEnabled || sockets.size >= mostSockets) {
      const reason = isEnabled ? "too_many_websockets" : "link_disabled";
      socket.send(JSON.stringify({ type: "disconnect", reason }));
      return socket.close();
    }
    sockets.add(socket);
    most = Math.max(most, sockets.size);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    socket.on("message", (data) => hear(String(data)));
    const info = { connection_info: { app_id: "A0WADDLE01" }, num_connections: sockets.size };
    socket.send(
      JSON.stringify({ type: "hello", ...info, debug_info: { approximate_connection_time: 18_060 } }),
    );
  }

  function hear(text: string): void {
    const seen = acknowledgement.safeParse(parseJson(text));
    if (!seen.success || !mode.hears) return;
    acknowledged.push(seen.data.envelope_id);
    waiting.get(seen.data.envelope_id)?.(seen.data.payload);
  }

  /** Undefined when nobody acknowledged in time. */
  function attempt(envelope: object, id: string): Promise<{ payload: unknown } | undefined> {
    const open = [...sockets];
    const socket = open[random.int(Math.max(1, open.length))];
    return new Promise((resolve) => {
      const giveUp = setTimeout(() => resolve(undefined), socket ? socketAckMs : 0);
      waiting.set(id, (payload) => {
        clearTimeout(giveUp);
        resolve({ payload });
      });
      socket?.send(JSON.stringify(envelope));
    });
  }

  const mode: SlackSocketMode = {
    isOn: options.socketMode ?? false,
    hears: true,
    acknowledged,
    connections: () => sockets.size,
    mostConnections: () => most,
    open() {
      const ticket = random.hex(32);
      tickets.add(ticket);
      return `${world.url().replace(/^http/, "ws")}/slack/socket?ticket=${ticket}`;
    },
    upgrade(request, stream, head) {
      const { pathname, searchParams } = new URL(request.url ?? "/", "http://slack");
      if (pathname !== "/slack/socket") return false;
      if (!tickets.delete(searchParams.get("ticket") ?? "")) stream.destroy();
      else server.handleUpgrade(request, stream, head, serve);
      return true;
    },
    async deliver(type, payload) {
      let attempts = 0;
      for (const pauseMs of [0, ...(type === "events_api" ? socketRetryMs : [])]) {
        if (attempts > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
        if (isStopped) break;
        const id = random.uuid();
        const retry = { retry_attempt: attempts, retry_reason: attempts > 0 ? "timeout" : "" };
        attempts += 1;
        const answer = await attempt(
          { envelope_id: id, type, payload, accepts_response_payload: true, ...retry },
          id,
        );
        waiting.delete(id);
        if (!answer) continue;
        const body = answer.payload === undefined ? "" : JSON.stringify(answer.payload);
        const headers = new Headers({ "content-type": "application/json" });
        return { status: "delivered", attempts, answer: { status: 200, headers, body } };
      }
      return { status: "failed", attempts, answer: undefined };
    },
    askToReconnect(reason, graceMs = 10_000) {
      for (const socket of sockets) {
        socket.send(JSON.stringify({ type: "disconnect", reason, debug_info: { host: "simulated" } }));
        setTimeout(() => socket.close(), graceMs).unref();
      }
    },
    disable() {
      isEnabled = false;
      for (const socket of sockets) {
        socket.send(JSON.stringify({ type: "disconnect", reason: "link_disabled" }));
        socket.close();
      }
    },
    cut() {
      for (const socket of sockets) socket.terminate();
    },
    stop() {
      isStopped = true;
      for (const client of server.clients) client.terminate();
    },
  };
  return mode;
}
