import { type PlatformEvent, platformEvent } from "#contracts/event";
import { type Execution, execution } from "#contracts/execution";
import { makeUserKey } from "#contracts/ids";
import { uses as storedUses, type Use } from "#durable-objects/channel/rate-windows";

const ringSize = 1000;
const plainRingSize = 200;
/** Of one flush, beside what the event log gives: a row of storage takes 2 MB (Durable Objects, Limits). */
const flushBytes = 800_000;

/**
 * Why the bot did what it did. Commands and event modules are durable in a ring of 1,000 slots (one row
 * written each, none deleted); plain chat, which had no effect, is remembered in memory only.
 */
export class Traces {
  #sql: SqlStorage;
  #next: number;
  #plain: { record: Execution; event: PlatformEvent }[] = [];

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#next = Number(sql.exec("SELECT max(number) AS last FROM traces").one()["last"] ?? 0) + 1;
  }

  /**
   * `counts` is false for an event handled once more by hand: its points were counted the first time. `uses` is what it
   * counted against limits.
   */
  add(record: Execution, event: PlatformEvent, counts: boolean, uses: readonly Use[] = []): void {
    const number = this.#next++;
    this.#sql.exec(
      `INSERT INTO traces VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET number = excluded.number,
         body = excluded.body, event = excluded.event, counts = excluded.counts, uses = excluded.uses`,
      number % ringSize,
      number,
      JSON.stringify(record),
      JSON.stringify(event),
      counts ? 1 : 0,
      uses.length === 0 ? null : JSON.stringify(uses),
    );
  }

  /** Counted against limits by what is in the ring. */
  uses(): Use[] {
    const rows = this.#sql.exec<{ uses: string }>("SELECT uses FROM traces WHERE uses IS NOT NULL").toArray();
    return rows.flatMap((row) => storedUses.parse(JSON.parse(row.uses)));
  }

  addPlain(record: Execution, event: PlatformEvent): void {
    this.#plain.push({ record, event });
    if (this.#plain.length > plainRingSize) this.#plain.shift();
  }

  /** Of these people; what they did with commands is in the ring. */
  forgetPlain(userKeys: readonly string[]): void {
    this.#plain = this.#plain.filter(
      ({ event }) => !userKeys.includes(makeUserKey(event.platform, event.user.id)),
    );
  }

  /** The event a record was made of, for looking at it again. */
  eventOf(eventId: string): PlatformEvent | undefined {
    const row = this.#sql
      .exec<{ event: string }>("SELECT event FROM traces WHERE body ->> 'eventId' = ? LIMIT 1", eventId)
      .toArray()[0];
    if (row) return platformEvent.parse(JSON.parse(row.event));
    return this.#plain.find(({ record }) => record.eventId === eventId)?.event;
  }

  /** Newest first. */
  list({ eventId, limit }: { eventId?: string; limit: number }): Execution[] {
    const stored =
      eventId === undefined
        ? this.#read("ORDER BY number DESC LIMIT ?", limit)
        : this.#read("WHERE body ->> 'eventId' = ? ORDER BY number DESC LIMIT ?", eventId, limit);
    const plain = this.#plain
      .map(({ record }) => record)
      .filter((record) => eventId === undefined || record.eventId === eventId);
    return [...stored, ...plain].sort((a, b) => b.startedAt - a.startedAt).slice(0, limit);
  }

  /**
   * The oldest records after `number` with the events that count, and the number to continue from: at most `limit`, and no more than
   * fit into one row of storage, but one at least.
   */
  after(number: number, limit: number): { records: Execution[]; events: PlatformEvent[]; last: number } {
    const rows = fitting(
      this.#sql
        .exec<{ number: number; body: string; event: string; counts: number; bytes: number }>(
          `SELECT number, body, event, counts, length(CAST(body AS BLOB)) + length(CAST(event AS BLOB)) AS bytes
           FROM traces WHERE number > ? ORDER BY number LIMIT ?`,
          number,
          limit,
        )
        .toArray(),
    );
    return {
      records: rows.map((row) => execution.parse(JSON.parse(row.body))),
      events: rows
        .filter(({ counts }) => counts === 1)
        .map((row) => platformEvent.parse(JSON.parse(row.event))),
      last: rows.at(-1)?.number ?? number,
    };
  }

  get lastNumber(): number {
    return this.#next - 1;
  }

  #read(where: string, ...values: (string | number)[]): Execution[] {
    const rows = this.#sql.exec<{ body: string }>(`SELECT body FROM traces ${where}`, ...values).toArray();
    return rows.map((row) => execution.parse(JSON.parse(row.body)));
  }
}

function fitting<Row extends { bytes: number }>(rows: Row[]): Row[] {
  let bytes = 0;
  const end = rows.findIndex((row, at) => {
    bytes += row.bytes;
    return at > 0 && bytes > flushBytes;
  });
  return end === -1 ? rows : rows.slice(0, end);
}
