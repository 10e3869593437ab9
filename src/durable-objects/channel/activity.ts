import type { PlatformEvent } from "#contracts/event";
import { makeUserKey } from "#contracts/ids";
import { pointsFor } from "#router/points";

/** What one person did since the last flush. */
export interface ActivityRow {
  userKey: string;
  userName: string;
  messages: number;
  points: number;
  lastAt: number;
}

/** Sums many events to one row a person, so that a busy minute costs a row a person and not a row a message. */
export function sumActivity(events: readonly PlatformEvent[]): ActivityRow[] {
  const sums = new Map<string, ActivityRow>();
  for (const event of events) {
    // What the bot itself caused earns nothing; what a collector reports through the API is a platform's word.
    if (event.origin !== "platform" && event.origin !== "api") continue;
    const userKey = makeUserKey(event.platform, event.user.id);
    const row = sums.get(userKey) ?? {
      userKey,
      userName: event.user.name,
      messages: 0,
      points: 0,
      lastAt: 0,
    };
    row.userName = event.user.name;
    row.messages += event.type === "chatMessage" || event.type === "slashCommand" ? 1 : 0;
    row.points += pointsFor(event);
    row.lastAt = Math.max(row.lastAt, event.occurredAt);
    sums.set(userKey, row);
  }
  return [...sums.values()];
}

/** One row a person out of two lists. */
export function mergeActivity(first: readonly ActivityRow[], second: readonly ActivityRow[]): ActivityRow[] {
  const merged = new Map(first.map((row) => [row.userKey, row]));
  for (const row of second) {
    const held = merged.get(row.userKey);
    const messages = row.messages + (held?.messages ?? 0);
    const points = row.points + (held?.points ?? 0);
    merged.set(row.userKey, { ...row, messages, points, lastAt: Math.max(row.lastAt, held?.lastAt ?? 0) });
  }
  return [...merged.values()];
}

/** Counters that wait for the next flush to Postgres. */
export class Activity {
  #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  add(rows: readonly ActivityRow[]): void {
    if (rows.length === 0) return;
    this.#sql.exec(
      `INSERT INTO activity (user_key, user_name, messages, points, last_at)
       SELECT value ->> 'userKey', value ->> 'userName', value ->> 'messages', value ->> 'points', value ->> 'lastAt'
       FROM json_each(?) WHERE true
       ON CONFLICT DO UPDATE SET user_name = excluded.user_name, messages = messages + excluded.messages,
         points = points + excluded.points, last_at = max(last_at, excluded.last_at)`,
      JSON.stringify(rows),
    );
  }

  /** Takes everything out. The caller stores it as a flush in the same transaction. */
  take(): ActivityRow[] {
    const rows = this.#sql.exec("SELECT * FROM activity").toArray();
    if (rows.length > 0) this.#sql.exec("DELETE FROM activity");
    return rows.map((row) => ({
      userKey: String(row["user_key"]),
      userName: String(row["user_name"]),
      messages: Number(row["messages"]),
      points: Number(row["points"]),
      lastAt: Number(row["last_at"]),
    }));
  }

  isEmpty(): boolean {
    return this.#sql.exec("SELECT 1 FROM activity LIMIT 1").toArray().length === 0;
  }
}
