import type { RunResult } from "#contracts/channel";
import type { PlatformEvent } from "#contracts/event";
import { refuse } from "#contracts/outcome";
import type { InteractiveResult } from "#contracts/platform";
import type { ChannelDeps } from "#durable-objects/channel/deps";
import type { Desk } from "#durable-objects/channel/desk";
import type { Drain } from "#durable-objects/channel/drain";
import type { Inbox } from "#durable-objects/channel/inbox";
import { sessionIdOf } from "#durable-objects/channel/make-execution";
import { makeTicket, type Settled, type Ticket } from "#durable-objects/channel/tickets";
import type { Traces } from "#durable-objects/channel/traces";
import type { Log } from "#lib/log";
import { timedOut, within } from "#lib/within";

export interface VisitParts {
  deps: ChannelDeps;
  inbox: Inbox;
  traces: Traces;
  desk: Desk;
  drain: Drain;
  /** Sets the drain going. */
  start(): void;
}

const notSetUp = "This channel is not set up for me yet. Its owner can add it in the hub.";

/** Events whose sender waits for the answer: interactions, slash commands, the REST intake. */
export class Visits {
  #parts: VisitParts;

  constructor(parts: VisitParts) {
    this.#parts = parts;
  }

  async process(entityId: string, event: PlatformEvent, waitMs: number): Promise<InteractiveResult> {
    const settled = await this.#await(entityId, event, waitMs, false);
    // Whoever knows an id and not its words gets no reply of the first, in flight or long done.
    if (settled === "conflict") return { kind: "refused", refusal: refuse("conflict") };
    if (settled === "seen") return this.#repeat(event.id);
    if (settled === timedOut) return { kind: "deferred" };
    const { handled, inline } = settled;
    if (!handled) return { kind: "refused", refusal: refuse("disabled", { message: notSetUp }) };
    const isEmpty = inline.replies.length === 0 && !inline.form;
    // What is wrong with a form is shown in the form, so the platform must know that it is a refusal.
    const isForm = event.type === "modal_submit";
    if (handled.refusal && (isEmpty || isForm)) return { kind: "refused", refusal: handled.refusal };
    return { kind: "replies", ...inline };
  }

  async run(entityId: string, event: PlatformEvent, waitMs: number): Promise<RunResult> {
    const settled = await this.#await(entityId, event, waitMs, true);
    if (settled === "conflict") return { kind: "conflict" };
    if (settled === "seen") {
      return {
        kind: "duplicate",
        execution: this.#parts.desk.executions({ eventId: event.id, limit: 1 })[0] ?? null,
      };
    }
    if (settled === timedOut) return { kind: "deferred", sessionId: sessionIdOf(event) };
    if (!settled.handled) return { kind: "ignored" };
    return {
      kind: "done",
      execution: settled.handled.execution,
      replies: settled.inline.replies.map(({ text }) => text),
    };
  }

  async #await(
    entityId: string,
    event: PlatformEvent,
    waitMs: number,
    wantsSession: boolean,
  ): Promise<Settled | "seen" | "conflict" | typeof timedOut> {
    if (this.#parts.inbox.isConflict(event) || this.#parts.drain.isConflict(event)) {
      reportConflict(this.#parts.deps.log, entityId, event);
      return "conflict";
    }
    const known = this.#parts.drain.ticketOf(event.id);
    if (!known && this.#parts.inbox.isSeen(event)) return "seen";
    const ticket = known ?? this.#open(event, wantsSession);
    const settled = await within(ticket.settled, waitMs);
    if (settled === timedOut) this.#parts.drain.defer(ticket);
    return settled;
  }

  #open(event: PlatformEvent, wantsSession: boolean): Ticket {
    const ticket = makeTicket(event, this.#parts.inbox.takeSeq(), wantsSession);
    this.#parts.drain.queue(ticket);
    this.#parts.start();
    return ticket;
  }

  /** A repeated interaction gets what the first one got. */
  #repeat(eventId: string): InteractiveResult {
    const [record] = this.#parts.traces.list({ eventId, limit: 1 });
    if (!record) return { kind: "deferred" };
    const replies = record.responses.filter(({ type, state }) => type === "chat" && state === "inline");
    return { kind: "replies", replies: replies.map(({ text }) => ({ type: "chat", text, ephemeral: true })) };
  }
}

export function reportConflict(log: Log, entityId: string, event: PlatformEvent | undefined): void {
  log({
    level: "ERROR",
    category: "AUTH",
    action: "inbox.accept",
    result: "DENIED",
    correlationId: event?.correlationId,
    details: { entityId, reason: "an event id came again with other content" },
  });
}
