import type { PlatformEvent } from "#contracts/event";
import type { Onward } from "#durable-objects/gateway-link/accept-frames";
import type { Journal } from "#durable-objects/gateway-link/journal";
import type { Log } from "#lib/log";
import { timedOut, within } from "#lib/within";

/** Accepting only writes a row or a hundred; a channel that takes longer is in trouble. */
const acceptMs = 10_000;
/** So many channels take something in at once, or an eighth of those there are: the next batch waits behind no more. */
const leastAtOnce = 8;
/**
 * A channel that just took something in waits for more: one visit for what came meanwhile. The more channels talk, the
 * longer, so that they are not visited more often together as they grow in number: a visit is a request and a write.
 */
const gatherMs = { least: 200, perChannel: 5, most: 1000 };
/** So much one channel gets at once. */
const maxEvents = 250;
/** Above this nothing more is acknowledged until there is room: then it waits in the gateway's spool. */
const maxWaiting = 20_000;
const retryMs = { base: 500, most: 30_000 };

export interface HandOverDeps {
  /** Returns once the events are durable in their channel; the same event twice counts once there. */
  accept: (entityId: string, events: PlatformEvent[]) => Promise<unknown>;
  log: Log;
  now: () => number;
}

interface Lane {
  entityId: string;
  queue: { row: number; event: PlatformEvent }[];
  isBusy: boolean;
  dueAt: number;
  failures: number;
}

/**
 * The way from the journal into the channels: in order in each channel, a slow one holds up nobody else, and what fails
 * is tried until it is in.
 */
export class HandOver implements Onward {
  #journal: Journal;
  #deps: HandOverDeps;
  #lanes = new Map<string, Lane>();
  /** By row: how many of its events are not in yet. */
  #open = new Map<number, number>();
  #waiting = 0;
  #busy = 0;
  #running: Promise<void> | undefined;
  #wake = Promise.withResolvers<void>();

  constructor(journal: Journal, deps: HandOverDeps) {
    this.#journal = journal;
    this.#deps = deps;
    for (const { id, events } of journal.rows()) this.#enqueue(id, events);
  }

  get waiting(): number {
    return this.#waiting;
  }

  take(events: readonly PlatformEvent[]): void {
    this.#enqueue(this.#journal.add(events), events);
    this.#signal();
  }

  async room(): Promise<void> {
    while (this.#waiting > maxWaiting) await this.#wake.promise;
  }

  /** Runs until everything is in; a second call joins the first. */
  run(): Promise<void> {
    this.#running ??= this.#loop().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  get #gatherMs(): number {
    const { least, perChannel, most } = gatherMs;
    return Math.min(most, Math.max(least, perChannel * this.#lanes.size));
  }

  async #loop(): Promise<void> {
    while (this.#open.size > 0) {
      const lanes = [...this.#lanes.values()].filter(({ isBusy, queue }) => !isBusy && queue.length > 0);
      const now = this.#deps.now();
      const due = lanes.filter(({ dueAt }) => dueAt <= now).sort((a, b) => a.dueAt - b.dueAt);
      const atOnce = Math.max(leastAtOnce, Math.ceil(this.#lanes.size / 8));
      for (const lane of due.slice(0, Math.max(0, atOnce - this.#busy))) void this.#deliver(lane);
      const isFull = this.#busy >= atOnce;
      const next = Math.min(...lanes.filter(({ isBusy }) => !isBusy).map(({ dueAt }) => dueAt));
      await this.#signalOr(isFull || next === Number.POSITIVE_INFINITY ? undefined : Math.max(1, next - now));
    }
    this.#lanes.clear();
    this.#journal.sweep();
  }

  async #deliver(lane: Lane): Promise<void> {
    lane.isBusy = true;
    this.#busy += 1;
    const taken = lane.queue.slice(0, maxEvents);
    const isIn = await this.#accept(
      lane.entityId,
      taken.map(({ event }) => event),
    );
    this.#busy -= 1;
    lane.isBusy = false;
    lane.failures = isIn ? 0 : lane.failures + 1;
    const waitMs = isIn ? this.#gatherMs : Math.min(retryMs.most, retryMs.base * 2 ** (lane.failures - 1));
    lane.dueAt = this.#deps.now() + waitMs;
    if (isIn) {
      lane.queue.splice(0, taken.length);
      this.#waiting -= taken.length;
      for (const { row } of taken) this.#settle(row);
    }
    this.#signal();
  }

  async #accept(entityId: string, events: PlatformEvent[]): Promise<boolean> {
    const fail = (details: Record<string, unknown>) =>
      this.#deps.log({
        level: "ERROR",
        category: "ERROR",
        action: "gateway.accept",
        result: "FAILURE",
        details: { entityId, ...details },
      });
    try {
      if ((await within(this.#deps.accept(entityId, events), acceptMs)) !== timedOut) return true;
      fail({ reason: "took too long" });
    } catch (error) {
      fail({ error });
    }
    return false;
  }

  #enqueue(row: number, events: readonly PlatformEvent[]): void {
    if (events.length === 0) return this.#journal.finish(row);
    this.#open.set(row, events.length);
    this.#waiting += events.length;
    for (const event of events) {
      const { entityId } = event;
      const lane = this.#lanes.get(entityId) ?? { entityId, queue: [], isBusy: false, dueAt: 0, failures: 0 };
      lane.queue.push({ row, event });
      this.#lanes.set(entityId, lane);
    }
  }

  #settle(row: number): void {
    const left = (this.#open.get(row) ?? 0) - 1;
    if (left > 0) return void this.#open.set(row, left);
    this.#open.delete(row);
    this.#journal.finish(row);
  }

  #signal(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers<void>();
  }

  async #signalOr(ms: number | undefined): Promise<void> {
    const signal = this.#wake.promise;
    if (ms === undefined) return signal;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    await Promise.race([signal, timeout]);
    clearTimeout(timer);
  }
}
