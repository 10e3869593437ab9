import * as z from "zod";
import type { DeadLetter, DeadLetterFilter } from "#contracts/channel";
import type { ChannelConfig } from "#contracts/channel-config";
import { moduleEffect } from "#contracts/module";
import { webhookMessage } from "#contracts/outgoing-webhook";
import { overlayContent } from "#contracts/overlay";
import { outboundMessage } from "#contracts/sender";

/** What leaves a channel, once each: said in chat, shown on the overlay, written into the registry. */
export const outgoing = z.discriminatedUnion("kind", [
  /** `heardAt`: when what it answers came in, epoch milliseconds. */
  z.object({ kind: z.literal("chat"), message: outboundMessage, heardAt: z.int().optional() }),
  z.object({
    kind: z.literal("overlay"),
    key: z.string(),
    communityId: z.int(),
    response: overlayContent,
  }),
  /** A string rule's webhook. */
  z.object({
    kind: z.literal("post"),
    url: z.string(),
    headers: z.record(z.string(), z.string()),
    body: z.string(),
  }),
  /** A string rule that cost too much is switched off for the whole community. */
  z.object({ kind: z.literal("rule"), communityId: z.int(), ruleId: z.int() }),
  /** What the community's webhooks asked for; each has a queue of its own. */
  z.object({
    kind: z.literal("webhook"),
    webhookIds: z.array(z.int()),
    messages: z.array(webhookMessage),
  }),
  z.object({ kind: z.literal("registry"), communityId: z.int(), module: z.string(), effect: moduleEffect }),
]);
export type Outgoing = z.infer<typeof outgoing>;

export type OutboxState = "new" | "sending" | "sent" | "unknown" | "failed";

/** Nothing more happens to a row in one of these, unless somebody replays it. */
export type EndState = Extract<OutboxState, "sent" | "unknown" | "failed">;

export interface OutboxRow {
  key: string;
  eventId: string;
  attempts: number;
  /** Since when it is to leave, epoch milliseconds. */
  at: number;
  body: Outgoing;
}

type StoredRow = { key: string; event_id: string; body: string; attempts: number; at: number };

export class Outbox {
  #sql: SqlStorage;
  /** False while it is known that nothing waits, which is most of the time. */
  #mayWait = true;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /**
   * The key is derived from the event, so a second attempt at the same effect inserts nothing; returns whether it was new.
   * `sending` is for what leaves as soon as it is written: one row written less than marking it afterwards.
   */
  add(
    { key, eventId, body }: Omit<OutboxRow, "attempts" | "at">,
    rank: number,
    now: number,
    state: "new" | "sending" = "new",
  ): boolean {
    this.#mayWait ||= state === "new";
    const inserted = this.#sql.exec(
      `INSERT INTO outbox (key, event_id, rank, kind, body, state, attempts, next_at, at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING key`,
      key,
      eventId,
      rank,
      body.kind,
      JSON.stringify(body),
      state,
      state === "sending" ? 1 : 0,
      now,
      now,
    );
    return inserted.toArray().length > 0;
  }

  addRuleSwitch(ruleId: number, config: ChannelConfig | null, now: number): void {
    if (!config) return;
    const communityId = config.community.id;
    const key = `rule/${communityId}/${ruleId}/${now}`;
    this.add({ key, eventId: "rules", body: { kind: "rule", communityId, ruleId } }, 0, now);
  }

  /** The next row of this kind that may go now, oldest first. */
  due(kind: Outgoing["kind"], now: number): OutboxRow | undefined {
    const row = this.#sql
      .exec<StoredRow>(
        `SELECT key, event_id, body, attempts, at FROM outbox
         WHERE kind = ? AND state = 'new' AND next_at <= ? ORDER BY at, rank LIMIT 1`,
        kind,
        now,
      )
      .toArray()[0];
    return row && toRow(row);
  }

  /** When the next waiting row may go, of these kinds left out; undefined when none waits. */
  nextAt(leftOut: readonly Outgoing["kind"][] = []): number | undefined {
    if (!this.#mayWait) return undefined;
    const { next } = this.#sql
      .exec<{ next: number | null }>(
        `SELECT min(next_at) AS next FROM outbox
         WHERE state = 'new' AND kind NOT IN (SELECT value FROM json_each(?))`,
        JSON.stringify(leftOut),
      )
      .one();
    if (leftOut.length === 0) this.#mayWait = next !== null;
    return next ?? undefined;
  }

  mark(key: string, state: OutboxState, note: string | null): void {
    this.#mayWait ||= state === "new";
    this.#sql.exec(
      "UPDATE outbox SET state = ?, note = ?, attempts = attempts + (? = 'sending') WHERE key = ?",
      state,
      note,
      state,
      key,
    );
  }

  /** `isTry` is false when nothing went wrong and it was only too early. A row marked "sending" was counted by its mark. */
  postpone(key: string, nextAt: number, note: string, isTry: boolean): void {
    this.#mayWait = true;
    this.#sql.exec(
      `UPDATE outbox SET state = 'new', next_at = ?, note = ?, attempts = attempts + ? - (state = 'sending')
       WHERE key = ?`,
      nextAt,
      note,
      isTry ? 1 : 0,
      key,
    );
  }

  /** Rows the last life of this object was in the middle of sending: they may have been heard. */
  interrupted(): OutboxRow[] {
    return this.#sql
      .exec<StoredRow>("SELECT key, event_id, body, attempts, at FROM outbox WHERE state = 'sending'")
      .toArray()
      .map(toRow);
  }

  counts(now: number): { depth: number; pending: number; dead: number; oldestAgeMs: number } {
    const rows = this.#sql
      .exec<{ state: string; n: number; oldest: number }>(
        "SELECT state, count(*) AS n, min(at) AS oldest FROM outbox GROUP BY state",
      )
      .toArray();
    const count = (state: string) => rows.find((row) => row.state === state)?.n ?? 0;
    const waiting = rows.filter(({ state }) => state === "new" || state === "sending");
    const oldest = Math.min(now, ...waiting.map((row) => row.oldest));
    return {
      depth: count("new"),
      pending: count("sending"),
      dead: count("failed"),
      oldestAgeMs: now - oldest,
    };
  }

  /** Rows given up, newest first. A send replayed is no letter any more: its row waits again. */
  failed({ from = 0, to = Number.MAX_SAFE_INTEGER, limit }: DeadLetterFilter): DeadLetter[] {
    return this.#sql
      .exec<StoredRow & { note: string | null }>(
        "SELECT key, event_id, body, attempts, note, at FROM outbox WHERE state = 'failed' AND at BETWEEN ? AND ? ORDER BY at DESC LIMIT ?",
        from,
        to,
        limit,
      )
      .toArray()
      .map((row) => ({
        id: `send-${row.key}`,
        kind: "send",
        eventId: row.event_id,
        summary: toRow(row).body.kind,
        error: row.note ?? "",
        attempts: row.attempts,
        at: row.at,
        replayedAt: null,
      }));
  }

  replay(choice: { key: string } | { from: number; to: number }, now: number): number {
    this.#mayWait = true;
    const [where, ...values] =
      "key" in choice ? ["key = ?", choice.key] : ["at BETWEEN ? AND ?", choice.from, choice.to];
    return this.#sql
      .exec(
        `UPDATE outbox SET state = 'new', attempts = 0, next_at = ?, note = 'replayed' WHERE state = 'failed' AND ${where} RETURNING key`,
        now,
        ...values,
      )
      .toArray().length;
  }

  statesOf(eventId: string): Map<string, { state: OutboxState; note: string | null }> {
    const rows = this.#sql
      .exec<{ key: string; state: OutboxState; note: string | null }>(
        "SELECT key, state, note FROM outbox WHERE event_id = ?",
        eventId,
      )
      .toArray();
    return new Map(rows.map(({ key, state, note }) => [key, { state, note }]));
  }

  /** What was settled goes after a day, what was given up after a month: somebody may want to replay it. */
  sweep(now: number): void {
    this.#sql.exec("DELETE FROM outbox WHERE at < ? AND state IN ('sent', 'unknown')", now - 25 * 3_600_000);
    this.#sql.exec("DELETE FROM outbox WHERE at < ? AND state = 'failed'", now - 30 * 86_400_000);
  }
}

function toRow(row: StoredRow): OutboxRow {
  return {
    key: row.key,
    eventId: row.event_id,
    attempts: row.attempts,
    at: row.at,
    body: outgoing.parse(JSON.parse(row.body)),
  };
}
