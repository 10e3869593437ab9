import type { Clock } from "#simulators/clock";
import { intents, shardOf } from "#simulators/discord/gateway/wire";

/** How long a session without a connection can be resumed; Discord says "a few minutes". */
const resumableMs = 3 * 60_000;
/** So much is kept for a replay. */
const bufferLimit = 100_000;

export interface Dispatch {
  s: number;
  t: string;
  d: object;
}

/** One session of the bot: numbered events, kept for a resume. */
export interface Session {
  id: string;
  shard: readonly [id: number, count: number];
  intents: number;
  seq: number;
  buffer: Dispatch[];
  /** Writes to the connection that holds the session; undefined while nobody does. */
  send: ((dispatch: Dispatch) => void) | undefined;
  leftAt: number | undefined;
}

export interface Sessions {
  open(session: Pick<Session, "id" | "shard" | "intents">): Session;
  /** Undefined when it is unknown, was ended, or has waited too long. */
  find(id: string): Session | undefined;
  end(id: string): void;
  endAll(): void;
  /** Live ones that hear of this guild and asked for this intent. */
  listening(guildId: string, intent: number): Session[];
  all(): Session[];
}

export function makeSessions(clock: Pick<Clock, "now">): Sessions {
  const byId = new Map<string, Session>();
  const isExpired = ({ leftAt }: Session) => leftAt !== undefined && clock.now() - leftAt > resumableMs;
  return {
    open(facts) {
      const session: Session = { ...facts, seq: 0, buffer: [], send: undefined, leftAt: undefined };
      byId.set(session.id, session);
      return session;
    },
    find(id) {
      const session = byId.get(id);
      if (session && isExpired(session)) byId.delete(id);
      return byId.get(id);
    },
    end: (id) => void byId.delete(id),
    endAll: () => byId.clear(),
    listening(guildId, intent) {
      return [...byId.values()].filter(
        (session) =>
          !isExpired(session) &&
          shardOf(guildId, session.shard[1]) === session.shard[0] &&
          (session.intents & intent) === intent,
      );
    },
    all: () => [...byId.values()],
  };
}

/** Numbers an event, keeps it for a resume and sends it if somebody is there. */
export function dispatch(session: Session, t: string, d: object): Dispatch {
  session.seq += 1;
  const event = { s: session.seq, t, d };
  session.buffer.push(event);
  if (session.buffer.length > bufferLimit) session.buffer.shift();
  session.send?.(event);
  return event;
}

/** What a session sees of a message that is not for the bot: without the intent its words are missing. */
export function withoutContent(message: Record<string, unknown>, held: number): Record<string, unknown> {
  if (held & intents.messageContent) return message;
  return { ...message, content: "", embeds: [], attachments: [], components: [] };
}
