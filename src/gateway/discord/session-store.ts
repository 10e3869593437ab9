import { createHash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";

/** What Discord needs to hear to go on with a session. */
export interface Session {
  sessionId: string;
  resumeUrl: string;
  shardCount: number;
  /** What was asked for when it began; a resume keeps them. */
  intents: number;
}

/** A time nobody listened: a session ended before everything was heard. */
export interface Gap {
  shardId: number;
  from: number;
  to: number;
}

/**
 * One shard's session over restarts. Three numbers: what was received, what of it went into the spool last, and what
 * the edge has stored. A new process resumes behind the last of them, never ahead (platform-contracts 1.3, loss rule).
 */
export interface SessionStore {
  /** The session, and the number to resume from. */
  load(): (Session & { sequence: number }) | undefined;
  /** Replaces the session. With one before that was not resumed, what lies between is a gap; else since when is not known here. `askedAt` is when it was asked for: nothing of it can be older. */
  open(session: Session, now: number, askedAt?: number): Pick<Gap, "to"> & { from: number | null };
  /** Forgotten by Discord. The time it was last heard of is kept for the gap. */
  discard(): void;
  /** Stable across replays of the same event. */
  frameId(sequence: number, part?: number): string;
  /** Behind this number everything is new. */
  received(): number;
  note(sequence: number, isSpooled: boolean): void;
  /** The edge has stored these frames and all before them. */
  acknowledge(frameIds: readonly string[]): void;
  /** Everything Discord sent before then was received: it answered a heartbeat of that time. */
  touch(at: number): void;
  gaps(): Gap[];
}

const keptGaps = 100;

export function makeSessionStore(database: DatabaseSync, shardId: number): SessionStore {
  database.exec(`
    CREATE TABLE IF NOT EXISTS discord_sessions (
      shard_id INTEGER PRIMARY KEY, session_id TEXT, resume_url TEXT NOT NULL, shard_count INTEGER NOT NULL,
      intents INTEGER NOT NULL, received INTEGER NOT NULL, spooled INTEGER NOT NULL, acknowledged INTEGER NOT NULL,
      alive_at INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS discord_gaps (
      id INTEGER PRIMARY KEY AUTOINCREMENT, shard_id INTEGER NOT NULL, from_at INTEGER NOT NULL, to_at INTEGER NOT NULL);
  `);
  const write = database.prepare(
    `INSERT INTO discord_sessions VALUES (?, ?, ?, ?, ?, 0, 0, 0, ?)
     ON CONFLICT DO UPDATE SET session_id = excluded.session_id, resume_url = excluded.resume_url,
       shard_count = excluded.shard_count, intents = excluded.intents, received = 0, spooled = 0, acknowledged = 0,
       alive_at = excluded.alive_at`,
  );
  const forget = database.prepare("UPDATE discord_sessions SET session_id = NULL WHERE shard_id = ?");
  const saveReceived = database.prepare(
    "UPDATE discord_sessions SET received = ?, spooled = ? WHERE shard_id = ?",
  );
  const saveAcknowledged = database.prepare(
    "UPDATE discord_sessions SET acknowledged = ? WHERE shard_id = ?",
  );
  const saveAlive = database.prepare("UPDATE discord_sessions SET alive_at = ? WHERE shard_id = ?");
  const addGap = database.prepare("INSERT INTO discord_gaps (shard_id, from_at, to_at) VALUES (?, ?, ?)");
  const trimGaps = database.prepare(
    "DELETE FROM discord_gaps WHERE id <= (SELECT max(id) FROM discord_gaps) - ?",
  );
  const listGaps = database.prepare(
    "SELECT shard_id, from_at, to_at FROM discord_gaps WHERE shard_id = ? ORDER BY id",
  );
  const row = database.prepare("SELECT * FROM discord_sessions WHERE shard_id = ?").get(shardId);
  const number = (name: string) => Number(row?.[name] ?? 0);
  let session: Session | undefined = row?.["session_id"]
    ? {
        sessionId: String(row["session_id"]),
        resumeUrl: String(row["resume_url"]),
        shardCount: number("shard_count"),
        intents: number("intents"),
      }
    : undefined;
  let key = session ? keyOf(session.sessionId) : "";
  let [received, spooled, acknowledged] = [number("received"), number("spooled"), number("acknowledged")];
  let aliveAt = number("alive_at");

  return {
    load: () => session && { ...session, sequence: acknowledged >= spooled ? received : acknowledged },
    open(opened, now, askedAt = now) {
      const from = aliveAt > 0 ? aliveAt : null;
      if (from !== null) {
        addGap.run(shardId, from, now);
        trimGaps.run(keptGaps);
      }
      session = opened;
      key = keyOf(opened.sessionId);
      [received, spooled, acknowledged, aliveAt] = [0, 0, 0, askedAt];
      write.run(shardId, opened.sessionId, opened.resumeUrl, opened.shardCount, opened.intents, askedAt);
      return { from, to: now };
    },
    discard() {
      session = undefined;
      forget.run(shardId);
    },
    frameId: (sequence, part) => `${key}:${sequence}${part === undefined ? "" : `:${part}`}`,
    received: () => received,
    note(sequence, isSpooled) {
      received = sequence;
      if (isSpooled) spooled = sequence;
      saveReceived.run(received, spooled, shardId);
    },
    acknowledge(frameIds) {
      const stored = frameIds
        .map((id) => id.split(":"))
        // Frames of an earlier session may still be on their way; their numbers mean nothing here.
        .filter(([of]) => of === key)
        .map(([, sequence]) => Number(sequence));
      const last = Math.max(acknowledged, ...stored);
      if (last === acknowledged) return;
      acknowledged = last;
      saveAcknowledged.run(acknowledged, shardId);
    },
    touch(at) {
      aliveAt = at;
      saveAlive.run(at, shardId);
    },
    gaps: () =>
      listGaps.all(shardId).map((gap) => ({
        shardId: Number(gap["shard_id"]),
        from: Number(gap["from_at"]),
        to: Number(gap["to_at"]),
      })),
  };
}

/** Short, and of no use to whoever reads it. */
function keyOf(sessionId: string): string {
  return createHash("sha256").update(sessionId).digest("hex").slice(0, 16);
}
