import { createHash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { parseIrcLine } from "#lib/irc-message";

/** What a polled network said before, so that a line its history plays back again counts once. */
export interface PolledLines {
  /** Marks that the channel is being visited; what was said before the first visit is never taken. */
  visit(channel: string): void;
  /** The line's stable id and the line without its place in a batch; undefined when it is not new. */
  take(channel: string, raw: string): { id: string; raw: string } | undefined;
}

/** Longer than any server's history and any poll's interval that makes sense. */
const keptMs = 48 * 60 * 60_000;

export function makePolledLines(database: DatabaseSync, host: string, now: () => number): PolledLines {
  database.exec(`
    CREATE TABLE IF NOT EXISTS polled_channels (
      host TEXT NOT NULL, channel TEXT NOT NULL, since INTEGER NOT NULL, PRIMARY KEY (host, channel)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS polled_lines (
      id TEXT PRIMARY KEY, at INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS polled_lines_at ON polled_lines (at);
  `);
  const visit = database.prepare("INSERT INTO polled_channels VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
  const since = database.prepare("SELECT since FROM polled_channels WHERE host = ? AND channel = ?");
  const remember = database.prepare("INSERT INTO polled_lines VALUES (?, ?) ON CONFLICT DO NOTHING");
  const forget = database.prepare("DELETE FROM polled_lines WHERE at < ?");
  return {
    visit(channel) {
      visit.run(host, channel, now());
      forget.run(now() - keptMs);
    },
    take(channel, raw) {
      const message = parseIrcLine(raw);
      if (!message) return undefined;
      const at = readTime(message.tags.get("time")) ?? now();
      const first = Number(since.get(host, channel)?.since ?? Number.POSITIVE_INFINITY);
      // What is older than our memory could have been taken before.
      if (at < Math.max(first, now() - keptMs)) return undefined;
      const sender = message.source?.nick ?? "";
      const text = message.params[1] ?? "";
      const id = message.tags.get("msgid") || hashOf([host, channel, sender, String(at), text]);
      if (Number(remember.run(`${host} ${id}`, at).changes) === 0) return undefined;
      return { id, raw: withoutBatch(raw) };
    },
  };
}

/** 20-receivers §1.13: one line is (channel, sender, time, text). */
function hashOf(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}

function readTime(time: string | undefined): number | undefined {
  const at = Date.parse(time ?? "");
  return at >= 0 ? at : undefined;
}

/** To the edge a line in a batch is history it must not act on; here it is news. */
function withoutBatch(raw: string): string {
  const [, tags = "", rest = raw] = /^@(\S+) (.*)$/s.exec(raw) ?? [];
  const kept = tags.split(";").filter((tag) => tag !== "" && !/^batch(?:=|$)/.test(tag));
  return kept.length > 0 ? `@${kept.join(";")} ${rest}` : rest;
}
