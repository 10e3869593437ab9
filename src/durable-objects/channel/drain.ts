import type { PlatformEvent } from "#contracts/event";
import type { Execution } from "#contracts/execution";
import type { InteractiveResult } from "#contracts/platform";
import type { ChatResponse } from "#contracts/response";
import { type Activity, sumActivity } from "#durable-objects/channel/activity";
import type { ChannelConfigStore } from "#durable-objects/channel/channel-config-store";
import type { Cooldowns } from "#durable-objects/channel/cooldowns";
import type { ChannelDeps } from "#durable-objects/channel/deps";
import { type Handled, handleEvent, type KeyedResponse } from "#durable-objects/channel/handle-event";
import { hashOf, type Inbox, type Queued } from "#durable-objects/channel/inbox";
import type { Outbox, Outgoing } from "#durable-objects/channel/outbox";
import type { Traces } from "#durable-objects/channel/traces";
import type { SqlStore } from "#durable-objects/storage/migrate";
import { timedOut, within } from "#lib/within";

/** Someone waits for this event's answer. Until it is deferred, the answer itself is the acknowledgement. */
interface Ticket extends Queued {
  isDeferred: boolean;
  result: Promise<InteractiveResult>;
  resolve(result: InteractiveResult): void;
  reject(error: unknown): void;
}

export interface DrainParts {
  deps: ChannelDeps;
  storage: SqlStore;
  inbox: Inbox;
  outbox: Outbox;
  traces: Traces;
  activity: Activity;
  config: ChannelConfigStore;
  cooldowns: Cooldowns;
  onCommitted(): void;
}

/** The one loop that handles a channel's events, strictly in the order they were accepted. */
export class Drain {
  #parts: DrainParts;
  #tickets: Ticket[] = [];
  #waiting = new Map<string, Ticket>();
  #running: Promise<void> | undefined;
  /** Handled up to here in this life; stored rows beyond it wait. */
  #doneSeq = 0;

  constructor(parts: DrainParts) {
    this.#parts = parts;
  }

  /** Queues an event whose sender waits, and answers within `waitMs`. */
  async take(event: PlatformEvent, waitMs: number, start: () => void): Promise<InteractiveResult> {
    const known = this.#waiting.get(event.id);
    if (known) return this.#answer(known, waitMs);
    if (this.#parts.inbox.isSeen(event)) return this.#repeat(event.id);
    const ticket = makeTicket(event, this.#parts.inbox.takeSeq());
    this.#tickets.push(ticket);
    this.#waiting.set(event.id, ticket);
    start();
    return this.#answer(ticket, waitMs);
  }

  /** Somebody waits under the same id with other words. What is done already, the inbox knows. */
  isConflict(event: PlatformEvent): boolean {
    const known = this.#waiting.get(event.id);
    return known !== undefined && hashOf(known.event) !== hashOf(event);
  }

  async #answer(ticket: Ticket, waitMs: number): Promise<InteractiveResult> {
    const result = await within(ticket.result, waitMs);
    if (result !== timedOut) return result;
    this.#defer(ticket);
    return { kind: "deferred" };
  }

  /** "Wait" is an acknowledgement too, so the event must be on disk before it is said. */
  #defer(ticket: Ticket): void {
    if (ticket.isDeferred) return;
    ticket.isDeferred = true;
    const { inbox, storage, deps } = this.#parts;
    storage.transactionSync(() => {
      inbox.remember(ticket.event, ticket.seq, deps.now());
      inbox.store([ticket], deps.now());
    });
  }

  /** A repeated interaction gets what the first one got. */
  #repeat(eventId: string): InteractiveResult {
    const [record] = this.#parts.traces.list({ eventId, limit: 1 });
    if (!record) return { kind: "deferred" };
    const replies = record.responses.filter(
      (response) => response.type === "chat" && response.state === "inline",
    );
    return { kind: "replies", replies: replies.map(({ text }) => ({ type: "chat", text, ephemeral: true })) };
  }

  /** Runs until nothing waits; a second call joins the first. */
  run(): Promise<void> {
    this.#running ??= this.#loop().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #loop(): Promise<void> {
    for (;;) {
      const batch = this.#parts.inbox.next(this.#doneSeq);
      const ticket = this.#tickets[0];
      if (ticket && (!batch || ticket.seq <= (batch.events[0]?.seq ?? 0))) await this.#serve(ticket);
      else if (batch) await this.#handleBatch(batch.events);
      else return;
    }
  }

  async #serve(ticket: Ticket): Promise<void> {
    try {
      const handled = await this.#handle(ticket.event);
      this.#tickets.shift();
      this.#doneSeq = ticket.seq;
      ticket.resolve(this.#commitTicket(ticket, handled));
      this.#waiting.delete(ticket.event.id);
    } catch (error) {
      // Not acknowledged and not stored: the platform shows its own failure. A deferred one stays in the inbox.
      this.#tickets.shift();
      this.#waiting.delete(ticket.event.id);
      ticket.reject(error);
      throw error;
    }
  }

  #commitTicket(ticket: Ticket, handled: Handled | undefined): InteractiveResult {
    const { inbox, storage, deps } = this.#parts;
    const inline: ChatResponse[] = [];
    storage.transactionSync(() => {
      if (!ticket.isDeferred) inbox.remember(ticket.event, ticket.seq, deps.now());
      if (handled) {
        const shown = ticket.isDeferred ? handled : splitInline(handled, inline);
        this.#commitHandled(ticket.event, shown);
      }
      if (handled) this.#parts.activity.add(sumActivity([ticket.event]));
      if (ticket.isDeferred) inbox.finish(ticket.seq);
    });
    this.#parts.onCommitted();
    if (handled?.refusal && inline.length === 0) return { kind: "refused", refusal: handled.refusal };
    return { kind: "replies", replies: inline };
  }

  /** Plain messages of a batch share one commit; an event with an effect commits with everything before it. */
  async #handleBatch(events: readonly Queued[]): Promise<void> {
    let counted: PlatformEvent[] = [];
    for (const [index, { seq, event }] of events.entries()) {
      const handled = await this.#handle(event);
      if (handled) counted.push(event);
      const isPlain = !handled || handled.execution.status === "ignored";
      if (handled && isPlain) this.#parts.traces.addPlain(handled.execution);
      if (isPlain && index < events.length - 1) continue;
      this.#commitBatch(seq, event, isPlain ? undefined : handled, counted);
      counted = [];
    }
  }

  #commitBatch(
    seq: number,
    event: PlatformEvent,
    handled: Handled | undefined,
    counted: readonly PlatformEvent[],
  ): void {
    this.#parts.storage.transactionSync(() => {
      if (handled) this.#commitHandled(event, handled);
      this.#parts.activity.add(sumActivity(counted));
      this.#parts.inbox.finish(seq);
    });
    this.#doneSeq = seq;
    if (handled) this.#parts.onCommitted();
  }

  /** Undefined when this channel is nobody's: the event is dropped, and that is logged. */
  async #handle(event: PlatformEvent): Promise<Handled | undefined> {
    const { deps, config, cooldowns } = this.#parts;
    const current = await config.get(event.entityId);
    if (!current?.isActive) {
      const details = {
        entityId: event.entityId,
        type: event.type,
        reason: current ? "channel switched off" : "channel not registered",
      };
      deps.log({
        level: "INFO",
        category: "SYSTEM",
        action: "event.handle",
        result: "IGNORED",
        correlationId: event.correlationId,
        details,
      });
      return undefined;
    }
    const handled = await handleEvent(event, current, {
      manifests: deps.manifests,
      now: deps.now,
      invoke: deps.invoke,
      cooldownLeftMs: (userKey, command) => cooldowns.leftMs(userKey, command, deps.now()),
    });
    this.#logHandled(event, handled.execution);
    return handled;
  }

  #commitHandled(event: PlatformEvent, handled: Handled): void {
    const { outbox, traces, config, cooldowns, deps } = this.#parts;
    const communityId = handled.execution.communityId;
    if (communityId === null) throw new Error(`handled without a community: ${event.id}`);
    const now = deps.now();
    let rank = 0;
    const put = (key: string, body: Outgoing) => outbox.add(key, event.id, rank++, body, now);
    for (const { key, response } of handled.responses) {
      const body = toOutgoing(key, response, event, communityId);
      if (body) put(key, body);
    }
    for (const { key, module, effect } of handled.registry)
      put(key, { kind: "registry", communityId, module, effect });
    config.apply(handled.registry);
    for (const { userKey, command } of handled.ranCommands) cooldowns.start(userKey, command, now);
    traces.add(handled.execution);
  }

  #logHandled(
    event: PlatformEvent,
    { status, communityId, module, code, startedAt, finishedAt }: Execution,
  ): void {
    if (status === "ignored") return;
    this.#parts.deps.log({
      level: status === "failed" ? "ERROR" : "INFO",
      category: code === "forbidden" ? "AUTHZ" : "SYSTEM",
      action: "command.execute",
      result: ({ success: "SUCCESS", refused: "DENIED", failed: "FAILURE" } as const)[status],
      community: communityId ?? undefined,
      user: `${event.platform}:${event.user.id}`,
      correlationId: event.correlationId,
      durationMs: finishedAt - startedAt,
      details: { eventId: event.id, module, code },
    });
  }
}

function makeTicket(event: PlatformEvent, seq: number): Ticket {
  const { promise, resolve, reject } = Promise.withResolvers<InteractiveResult>();
  // Whoever waits may have been deferred already; a rejection nobody hears is reported by the loop.
  promise.catch(() => undefined);
  return { event, seq, isDeferred: false, result: promise, resolve, reject };
}

/** Chat replies go back as the platform's own answer; everything else keeps its way through the outbox. */
function splitInline(handled: Handled, inline: ChatResponse[]): Handled {
  const kept: KeyedResponse[] = [];
  for (const keyed of handled.responses) {
    if (keyed.response.type === "chat") inline.push(keyed.response);
    else kept.push(keyed);
  }
  const responses = handled.execution.responses.map((shown) =>
    shown.type === "chat" ? { ...shown, state: "inline" as const } : shown,
  );
  return { ...handled, responses: kept, execution: { ...handled.execution, responses } };
}

function toOutgoing(
  key: string,
  response: KeyedResponse["response"],
  event: PlatformEvent,
  communityId: number,
): Outgoing | undefined {
  if (response.type !== "chat")
    return { kind: "overlay", key, communityId, overlayType: response.type, response };
  if (!event.replyTo) return undefined;
  const { text, ephemeral = false } = response;
  const { entityId, correlationId, replyTo: target } = event;
  return {
    kind: "chat",
    message: { id: key, entityId, target, text, ephemeral, priority: "reply", correlationId },
  };
}
