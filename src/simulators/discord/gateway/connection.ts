import type { WebSocket } from "ws";
import type { Clock } from "#simulators/clock";
import type { IdentifyLedger } from "#simulators/discord/gateway/identify-ledger";
import { type Dispatch, dispatch, type Session, type Sessions } from "#simulators/discord/gateway/sessions";
import * as wire from "#simulators/discord/gateway/wire";
import { makeFixedWindow } from "#simulators/limits";
import { parseJson } from "#simulators/parse-json";

const { closeCodes, opcodes } = wire;
const maxPayloadBytes = 4096;

export interface ConnectionParts {
  clock: Clock;
  ledger: IdentifyLedger;
  sessions: Sessions;
  heartbeatMs: number;
  /** Intents switched on for the application. */
  allowedIntents: number;
  /** Above this many guilds a connection without shards is refused. */
  needsShards: boolean;
  token(): string;
  /** Ends every session; the token is worthless from then on. */
  resetToken(): void;
  makeSessionId(): string;
  /** The session is there, READY is next. */
  onReady(session: Session): void;
  /** Told of every resume that was granted. */
  onResumed(session: Session, replayed: number): void;
  acknowledges(): boolean;
}

/** One connection of the bot: handshake, heartbeats, limits, and what it is closed for. */
export interface Connection {
  session(): Session | undefined;
  send(op: number, d: unknown): void;
  close(code: number): void;
  /** Gone without a word, as when a cable is cut. */
  cut(): void;
  /** Heartbeats heard so far. */
  heartbeats(): number;
}

export function serveConnection(
  socket: WebSocket,
  version: string | null,
  parts: ConnectionParts,
): Connection {
  const { sessions, ledger, clock } = parts;
  const sends = makeFixedWindow(120, 60_000);
  let session: Session | undefined;
  let heartbeats = 0;
  const send = (op: number, d: unknown) => socket.send(JSON.stringify({ op, d, s: null, t: null }));
  const write = ({ s, t, d }: Dispatch) => socket.send(JSON.stringify({ op: opcodes.dispatch, d, s, t }));
  let isClosedByUs = false;
  const close = (code: number) => {
    isClosedByUs = true;
    socket.close(code);
  };

  function hold(held: Session): void {
    held.send = write;
    held.leftAt = undefined;
    session = held;
  }

  function leave(code: number): void {
    if (!session || session.send !== write) return;
    session.send = undefined;
    session.leftAt = clock.now();
    // Discord's words: a client that closes with 1000 or 1001 ends its session.
    if (!isClosedByUs && (code === 1000 || code === 1001)) sessions.end(session.id);
  }

  function identify(d: unknown): void {
    const asked = wire.identify.safeParse(d).data;
    if (!asked) return close(closeCodes.decodeError);
    const problem = problemOf(asked, parts);
    if (problem) return close(problem);
    const verdict = ledger.take(asked.shard[0]);
    if (verdict === "too fast") return send(opcodes.invalidSession, false);
    if (verdict === "exhausted") {
      parts.resetToken();
      return close(closeCodes.authenticationFailed);
    }
    hold(sessions.open({ id: parts.makeSessionId(), shard: asked.shard, intents: asked.intents }));
    if (session) parts.onReady(session);
  }

  function resume(d: unknown): void {
    const asked = wire.resume.safeParse(d).data;
    if (!asked) return close(closeCodes.decodeError);
    if (asked.token !== parts.token()) return close(closeCodes.authenticationFailed);
    const found = sessions.find(asked.session_id);
    if (!found) return send(opcodes.invalidSession, false);
    if (asked.seq > found.seq) {
      sessions.end(found.id);
      return close(closeCodes.invalidSequence);
    }
    const missed = found.buffer.filter(({ s }) => s > asked.seq);
    hold(found);
    for (const event of missed) write(event);
    dispatch(found, "RESUMED", { _trace: [] });
    parts.onResumed(found, missed.length);
  }

  function receive(text: string): void {
    if (!sends.take("", clock.now()).isAllowed) return close(closeCodes.rateLimited);
    if (Buffer.byteLength(text) > maxPayloadBytes) return close(closeCodes.decodeError);
    const message = wire.envelope.safeParse(parseJson(text)).data;
    if (!message) return close(closeCodes.decodeError);
    const isHello = message.op === opcodes.identify || message.op === opcodes.resume;
    if (message.op === opcodes.heartbeat) {
      heartbeats += 1;
      if (parts.acknowledges()) send(opcodes.heartbeatAck, null);
      return;
    }
    if (isHello && session) return close(closeCodes.alreadyAuthenticated);
    if (message.op === opcodes.identify) return identify(message.d);
    if (message.op === opcodes.resume) return resume(message.d);
    const isKnown = [opcodes.presence, opcodes.voiceState, opcodes.requestMembers].some(
      (op) => op === message.op,
    );
    if (!isKnown) return close(closeCodes.unknownOpcode);
    if (!session) close(closeCodes.notAuthenticated);
  }

  socket.on("message", (data) => receive(String(data)));
  socket.on("close", (code) => leave(code));
  // A cut cable resets the connection; "close" follows.
  socket.on("error", () => undefined);
  if (version !== "10") close(closeCodes.invalidVersion);
  else send(opcodes.hello, { heartbeat_interval: parts.heartbeatMs, _trace: [] });
  return { session: () => session, send, close, cut: () => socket.terminate(), heartbeats: () => heartbeats };
}

function problemOf({ token, shard, intents }: wire.Identify, parts: ConnectionParts): number | undefined {
  if (token !== parts.token()) return closeCodes.authenticationFailed;
  const [id, count] = shard;
  if (count < 1 || id < 0 || id >= count) return closeCodes.invalidShard;
  if (parts.needsShards && count === 1) return closeCodes.shardingRequired;
  if (intents < 0 || (intents & ~wire.knownIntents) !== 0) return closeCodes.invalidIntents;
  if ((intents & wire.privilegedIntents & ~parts.allowedIntents) !== 0) return closeCodes.disallowedIntents;
  return undefined;
}
