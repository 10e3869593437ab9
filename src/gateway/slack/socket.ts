import { WebSocket } from "ws";
import { readEnvelope } from "#gateway/slack/read-envelope";

export interface SlackSocketOptions {
  url: string;
  /**
   * Puts the envelope on disk. When it throws, or says that it was not taken, the envelope is not acknowledged and
   * Slack sends it again, perhaps to whoever may hear it.
   */
  store(id: string, raw: string): boolean;
  /** Ready: from now on envelopes may come. */
  onHello(): void;
  /** Slack will close it soon, or has no place for it. */
  onDisconnect(reason: string): void;
  /** Once, whoever closed it. `reason` never holds the address, which is a capability. */
  onClosed(reason: string): void;
  onUnstored(error: unknown): void;
  pingMs: number;
}

export interface SlackSocket {
  /** After this nothing is heard or acknowledged any more. */
  close(): void;
}

const helloMs = 10_000;
const closeMs = 1000;

/** One socket of Slack's socket mode. */
export function openSlackSocket(options: SlackSocketOptions): SlackSocket {
  const socket = new WebSocket(options.url, { handshakeTimeout: helloMs, maxPayload: 4 << 20 });
  let isLeft = false;
  let isAlive = true;
  let failure = "";
  const helloTimer = setTimeout(() => end("Slack said no hello"), helloMs);
  const pingTimer = setInterval(() => {
    if (!isAlive) return end("Slack is silent");
    isAlive = false;
    if (socket.readyState === WebSocket.OPEN) socket.ping();
  }, options.pingMs);

  function end(reason: string): void {
    failure ||= reason;
    socket.terminate();
  }

  function hear(text: string): void {
    isAlive = true;
    const seen = isLeft ? undefined : readEnvelope(text);
    if (!seen) return;
    if (seen.kind === "hello") {
      clearTimeout(helloTimer);
      return options.onHello();
    }
    if (seen.kind === "disconnect") return options.onDisconnect(seen.reason);
    try {
      if (seen.raw !== null && !options.store(seen.id, seen.raw)) return;
    } catch (error) {
      return options.onUnstored(error);
    }
    // Only now: what is on disk reaches the edge, whatever happens to this process or to the link.
    socket.send(JSON.stringify({ envelope_id: seen.id }));
  }

  socket.on("message", (data) => hear(String(data)));
  for (const sign of ["ping", "pong"] as const) {
    socket.on(sign, () => {
      isAlive = true;
    });
  }
  socket.on("error", () => {
    failure ||= "the connection broke";
  });
  socket.on("close", (code) => {
    clearTimeout(helloTimer);
    clearInterval(pingTimer);
    options.onClosed(failure || `closed with ${code}`);
  });

  return {
    close() {
      isLeft = true;
      if (socket.readyState === WebSocket.CONNECTING) return socket.terminate();
      socket.close(1000);
      setTimeout(() => socket.terminate(), closeMs).unref();
    },
  };
}
