import { createHash } from "node:crypto";
import type { DeadLetter, DeadLetterFilter, LateReceipt, LateResponse, QueueStats } from "#contracts/channel";
import type { Execution } from "#contracts/execution";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import { toOutgoing } from "#durable-objects/channel/commit";
import { forgetPeople } from "#durable-objects/channel/forget-people";
import type { Inbox } from "#durable-objects/channel/inbox";
import { isSessionOf } from "#durable-objects/channel/make-execution";
import type { Outbox, OutboxState } from "#durable-objects/channel/outbox";
import type { Retries } from "#durable-objects/channel/retries";
import type { Session, Sessions } from "#durable-objects/channel/sessions";
import type { Traces } from "#durable-objects/channel/traces";
import type { SqlStore } from "#durable-objects/storage/migrate";

export interface DeskParts {
  storage: SqlStore;
  inbox: Inbox;
  outbox: Outbox;
  traces: Traces;
  retries: Retries;
  sessions: Sessions;
  now(): number;
}

/** What people and modules ask a channel about: records, sessions, late answers, letters that were given up. */
export class Desk {
  #parts: DeskParts;

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  executions(filter: { eventId?: string; limit: number }): Execution[] {
    return this.#parts.traces.list(filter).map((record) => {
      const states = this.#parts.outbox.statesOf(record.eventId);
      return {
        ...record,
        responses: record.responses.map((shown) => withState(shown, states.get(shown.key))),
      };
    });
  }

  /** People were deleted: so is what this channel kept of them. Returns how many rows that were. */
  forget(userKeys: readonly string[]): number {
    this.#parts.traces.forgetPlain(userKeys);
    return forgetPeople(this.#parts.storage.sql, userKeys);
  }

  session(sessionId: string): { entityId: string; requestCount: number } | undefined {
    const session = this.#use(sessionId);
    return session && { entityId: session.event.entityId, requestCount: session.requestCount };
  }

  /**
   * A module's answer after its call is over; it goes where the event's reply goes, once for each `key`. Without one the
   * same words in the same session are the same answer: whoever lost our acknowledgement sends them again.
   */
  respond(late: LateResponse): Outcome<LateReceipt> {
    const { eventId, sessionId, response } = late;
    const { traces, outbox, now } = this.#parts;
    const [record] = traces.list({ eventId, limit: 1 });
    if (!record) return refuse("not_found", { message: "There is no such execution." });
    if (!isSessionOf(sessionId, record.entityId)) {
      return refuse("forbidden", { message: "That session is another channel's." });
    }
    const session = this.#use(sessionId);
    if (!session || record.communityId === null)
      return refuse("not_found", { message: "That session is over." });
    const key = lateKey(late);
    const body = toOutgoing({ key, response }, session.event, record.communityId);
    const isRepeat = body !== undefined && !outbox.add({ key, eventId, body }, session.requestCount, now());
    return succeed({ sessionId, key, isRepeat });
  }

  /** Fails closed: a session that cannot be read is over (SES-3). */
  #use(sessionId: string): Session | undefined {
    try {
      return this.#parts.sessions.use(sessionId, this.#parts.now());
    } catch {
      return undefined;
    }
  }

  deadLetters(filter: DeadLetterFilter): DeadLetter[] {
    const all = [...this.#parts.retries.dead(filter), ...this.#parts.outbox.failed(filter)];
    return all.sort((a, b) => b.at - a.at).slice(0, filter.limit);
  }

  replayDeadLetters(choice: { id: string } | { from: number; to: number }): number {
    const { inbox, outbox, retries, storage } = this.#parts;
    const now = this.#parts.now();
    const seq = () => inbox.takeSeq();
    return storage.transactionSync(() => {
      if (!("id" in choice)) return retries.replay(choice, seq, now) + outbox.replay(choice, now);
      const [kind, id] = splitOnce(choice.id);
      if (kind === "send") return outbox.replay({ key: id }, now);
      return kind === "event" && /^\d+$/.test(id) ? retries.replay({ id: Number(id) }, seq, now) : 0;
    });
  }

  queueStats(): QueueStats[] {
    const { inbox, outbox, retries, now } = this.#parts;
    return [
      { stream: "events:inbound", ...inbox.counts(now()), ...retries.counts() },
      { stream: "events:responses", ...outbox.counts(now()) },
    ];
  }
}

/** A client's own key cannot meet a derived one, whatever it is. */
function lateKey({ eventId, sessionId, module, response, key }: LateResponse): string {
  const facts = key === undefined ? [sessionId, response] : [key];
  const digest = createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 32);
  return `${eventId}/${module}/late/${digest}`;
}

function splitOnce(id: string): [string, string] {
  const at = id.indexOf("-");
  return [id.slice(0, at), id.slice(at + 1)];
}

function withState(
  shown: Execution["responses"][number],
  row: { state: OutboxState; note: string | null } | undefined,
): Execution["responses"][number] {
  if (!row) return shown;
  const platformMessageIds = row.state === "sent" ? (row.note ?? "").split(" ").filter(Boolean) : [];
  return { ...shown, state: row.state, platformMessageIds };
}
