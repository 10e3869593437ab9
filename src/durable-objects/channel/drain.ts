import type { PlatformEvent } from "#contracts/event";
import type { Execution } from "#contracts/execution";
import type { Activity } from "#durable-objects/channel/activity";
import { sumActivity } from "#durable-objects/channel/activity";
import { type CommitParts, commitHandled, type Inline, noteUse } from "#durable-objects/channel/commit";
import type { ChannelDeps } from "#durable-objects/channel/deps";
import type { EventLog } from "#durable-objects/channel/event-log";
import { type Again, type Attempt, firstAttempt, type Handled } from "#durable-objects/channel/handled";
import { hashOf, type Inbox, type Queued } from "#durable-objects/channel/inbox";
import { logHandled, logSessionLost } from "#durable-objects/channel/log-handled";
import type { OutboxRow } from "#durable-objects/channel/outbox";
import { PeopleNames } from "#durable-objects/channel/people-names";
import type { Retries, Waiting } from "#durable-objects/channel/retries";
import type { Ticket } from "#durable-objects/channel/tickets";
import type { SqlStore } from "#durable-objects/storage/migrate";

export interface DrainParts extends CommitParts {
  deps: ChannelDeps;
  storage: SqlStore;
  inbox: Inbox;
  retries: Retries;
  activity: Activity;
  eventLog: EventLog;
  /** Walks one event; undefined when this channel is nobody's. Throws when it cannot know that now. */
  handle(event: PlatformEvent, attempt: Attempt): Promise<Handled | undefined>;
  /** Nothing waits to be said, so what is decided now may be written as already on its way. */
  isChatIdle(): boolean;
  /** Inside the transaction that ends them, once each; not those of a channel that is nobody's. */
  onEvents(events: readonly PlatformEvent[]): void;
  /** Inside the same transaction: the record of an event that is done, replayed ones left out. */
  onExecution(execution: Execution): void;
  /** `events` is how many were ended by this transaction. */
  onCommitted(ready: readonly OutboxRow[], events: number): void;
}

/** What comes in goes before what failed already, but not for ever. */
const overdueMs = 10_000;

/** The one loop that handles a channel's events, strictly in the order they were accepted. */
export class Drain {
  #parts: DrainParts;
  #tickets: Ticket[] = [];
  #waiting = new Map<string, Ticket>();
  #running: Promise<void> | undefined;
  /** Handled up to here in this life; stored rows beyond it wait. */
  #doneSeq = 0;

  #names: PeopleNames;

  constructor(parts: DrainParts) {
    this.#parts = parts;
    this.#names = new PeopleNames(parts.deps);
  }

  /** The ticket of an event somebody waits for already. */
  ticketOf(eventId: string): Ticket | undefined {
    return this.#waiting.get(eventId);
  }

  /** Somebody waits under the same id with other words. What is done already, the inbox knows. */
  isConflict(event: PlatformEvent): boolean {
    const known = this.#waiting.get(event.id);
    return known !== undefined && hashOf(known.event) !== hashOf(event);
  }

  queue(ticket: Ticket): void {
    this.#tickets.push(ticket);
    this.#waiting.set(ticket.event.id, ticket);
  }

  /** "Wait" is an acknowledgement too, so the event must be on disk before it is said. */
  defer(ticket: Ticket): void {
    ticket.isDeferred = true;
    if (ticket.isStored) return;
    const { inbox, storage, deps } = this.#parts;
    storage.transactionSync(() => {
      inbox.remember(ticket.event, ticket.seq, deps.now());
      inbox.store([{ seq: ticket.seq, event: ticket.event }], deps.now());
    });
    ticket.isStored = true;
  }

  /** Runs until nothing waits; a second call joins the first. */
  run(): Promise<void> {
    this.#running ??= this.#loop().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #loop(): Promise<void> {
    const { inbox, retries, deps } = this.#parts;
    for (;;) {
      const overdue = retries.due(deps.now() - overdueMs);
      const batch = inbox.next(this.#doneSeq);
      const ticket = this.#tickets[0];
      const waiting = overdue ?? (batch || ticket ? undefined : retries.due(deps.now()));
      if (waiting) await this.#retry(waiting);
      else if (ticket && (!batch || ticket.seq <= (batch.events[0]?.seq ?? 0))) await this.#serve(ticket);
      else if (batch) await this.#handleBatch(batch.events);
      else return;
    }
  }

  async #serve(ticket: Ticket): Promise<void> {
    try {
      const handled = await this.#parts.handle(ticket.event, firstAttempt);
      this.#tickets.shift();
      this.#doneSeq = ticket.seq;
      if (handled && ticket.wantsSession) handled.opensSession = true;
      const waiting = firstTry({ seq: ticket.seq, event: ticket.event });
      this.#conclude(waiting, handled, ticket, () => {
        if (!ticket.isStored) this.#parts.inbox.remember(ticket.event, ticket.seq, this.#parts.deps.now());
        else this.#parts.inbox.finish(ticket.seq);
      });
      ticket.isStored = true;
    } catch (error) {
      // Not acknowledged and not stored: the platform shows its own failure. A deferred one stays in the inbox.
      this.#tickets.shift();
      this.#waiting.delete(ticket.event.id);
      ticket.reject(error);
      throw error;
    }
  }

  async #retry(waiting: Waiting): Promise<void> {
    const { retryCount, done, event } = waiting;
    const handled = await this.#parts.handle(event, { retryCount, done });
    this.#conclude(waiting, handled, this.#waiting.get(event.id), () => this.#parts.retries.finish(event.id));
  }

  /** Plain messages of a batch share one commit; an event with an effect commits with everything before it. */
  async #handleBatch(events: readonly Queued[]): Promise<void> {
    let counted: PlatformEvent[] = [];
    for (const [index, { seq, event }] of (await this.#names.name(events)).entries()) {
      const handled = await this.#parts.handle(event, firstAttempt);
      const isPlain =
        !handled || (handled.execution.status === "ignored" && handled.execution.rules.length === 0);
      // What leaves a durable record is counted with that record.
      if (handled && isPlain) counted.push(event);
      if (handled && isPlain) this.#parts.traces.addPlain(handled.execution, event);
      if (isPlain && index < events.length - 1) continue;
      const finish = () => {
        this.#parts.activity.add(sumActivity(counted));
        this.#parts.eventLog.add(counted);
        this.#parts.onEvents(counted);
        this.#parts.inbox.finish(seq);
      };
      if (isPlain) {
        this.#parts.storage.transactionSync(finish);
        this.#parts.onCommitted([], counted.length);
      } else this.#conclude(firstTry({ seq, event }), handled, undefined, finish);
      this.#doneSeq = seq;
      counted = [];
    }
  }

  /**
   * The end of one attempt, in one transaction with `finish`: done, set aside for a later try, or given up.
   * A given-up event says what it says now; a set-aside one keeps what independent modules already answered.
   */
  #conclude(
    waiting: Waiting,
    handled: Handled | undefined,
    ticket: Ticket | undefined,
    finish: () => void,
  ): void {
    const { deps, storage, retries } = this.#parts;
    const { event } = waiting;
    const now = deps.now();
    const inline: Inline | undefined = ticket && !ticket.isDeferred ? { replies: [] } : undefined;
    const again = handled?.again;
    const isFinal = again === undefined || retries.isLast(waiting.retryCount);
    const onSessionLost = (error: unknown) => logSessionLost(deps.log, event, error);
    const mayGoAtOnce = this.#parts.isChatIdle();
    const ready = storage.transactionSync(() => {
      finish();
      const isFirst = waiting.retryCount === 0;
      const uses = handled && isFirst ? noteUse(handled, this.#parts, now) : waiting.uses;
      if (again) retries.setAside({ ...waiting, done: again.done, uses }, again.refusal, now);
      if (!handled) return [];
      if (isFirst && waiting.counts) this.#parts.onEvents([event]);
      if (isFinal && waiting.counts) this.#parts.onExecution(handled.execution);
      const options = { now, counts: waiting.counts, uses, mayGoAtOnce, onSessionLost };
      if (isFinal)
        return commitHandled(event, handled, this.#parts, { ...options, ...(inline ? { inline } : {}) });
      if (!again || again.done.length === 0) return [];
      return commitHandled(event, withoutUnsaid(handled, again), this.#parts, {
        ...options,
        isPartial: true,
      });
    });
    this.#parts.onCommitted(ready, 1);
    if (!isFinal) return;
    if (handled) logHandled(deps.log, event, handled.execution);
    ticket?.resolve({ handled, inline: inline ?? { replies: [] } });
    this.#waiting.delete(event.id);
  }
}

function firstTry(queued: Queued): Waiting {
  return { ...queued, retryCount: 0, done: [], counts: true, uses: [] };
}

function withoutUnsaid(handled: Handled, { unsaid }: Again): Handled {
  return { ...handled, responses: handled.responses.filter(({ key }) => !unsaid.has(key)) };
}
