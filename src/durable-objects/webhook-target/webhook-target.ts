import { type Outcome, refuse, succeed } from "#contracts/outcome";
import type {
  DeliveryFilter,
  WebhookDelivery,
  WebhookHealth,
  WebhookMessage,
} from "#contracts/outgoing-webhook";
import type { SqlStore } from "#durable-objects/storage/migrate";
import { AddressBook } from "#durable-objects/webhook-target/address-book";
import {
  type AttemptResult,
  attempt,
  type SendPost,
  waitAfter,
} from "#durable-objects/webhook-target/attempt";
import { DeliveryQueue } from "#durable-objects/webhook-target/delivery-queue";
import { HealthBook } from "#durable-objects/webhook-target/health-book";
import type { WebhookAddress } from "#durable-objects/webhook-target/webhook-address";
import type { Log } from "#lib/log";

export interface WebhookTargetStorage extends SqlStore {
  setAlarm(at: number): Promise<void>;
}

/** Everything outside of one address's object. */
export interface WebhookTargetDeps {
  now(): number;
  /** From 0 up to 1. */
  random(): number;
  log: Log;
  /** The row as it is now; null when it is gone. Throws when nobody can say. */
  load(webhookId: number): Promise<WebhookAddress | null>;
  post: SendPost;
  /** The key of that number; undefined when the house has no master key. */
  keyOf(webhookId: number, keyNumber: number): string | undefined;
  /** Switches the webhook off for everybody and says why. */
  disable(webhookId: number, because: string): Promise<void>;
}

/** Calls to one address at the same time. */
const sideBySide = 4;
/** Calls a person may ask for by hand; an address that nobody verified is somebody else's (threats row 7). */
const askedPerMinute = 10;
/** A wake that comes back for what a killed life left. */
const backupMs = 30_000;
const sweepEveryMs = 6 * 3_600_000;
/** An address that failed for so long is switched off. */
export const failingDays = 3;

/**
 * One address's queue. Whoever hands a message over never waits for the address; the order is not kept, because one
 * message that fails must not hold the others.
 */
export class WebhookTarget {
  #storage: WebhookTargetStorage;
  #deps: WebhookTargetDeps;
  #keepAlive: (work: Promise<unknown>) => void;
  #queue: DeliveryQueue;
  #health: HealthBook;
  #addresses: AddressBook;
  #pumping: Promise<void> | undefined;
  #armedFor = 0;
  /** When people last asked for a call by hand. */
  #asked: number[] = [];

  constructor(
    storage: WebhookTargetStorage,
    deps: WebhookTargetDeps,
    keepAlive: (work: Promise<unknown>) => void,
  ) {
    this.#storage = storage;
    this.#deps = deps;
    this.#keepAlive = keepAlive;
    this.#queue = new DeliveryQueue(storage.sql);
    this.#health = new HealthBook(storage.sql, deps.now);
    this.#addresses = new AddressBook(storage.sql, deps);
  }

  async enqueue(webhookId: number, messages: readonly WebhookMessage[]): Promise<void> {
    const now = this.#deps.now();
    this.#storage.transactionSync(() => {
      this.#addresses.remember(webhookId);
      const lost = messages.filter(
        (message) => !this.#queue.add(message, now) && !this.#queue.has(message.id),
      );
      if (lost.length > 0) this.#health.drop(lost.length);
    });
    await this.#arm(now + backupMs);
    this.#start();
  }

  refresh(webhookId: number): void {
    this.#addresses.remember(webhookId);
    this.#addresses.forget();
    this.#start();
  }

  /** One attempt and no more, whatever the breaker says: a person waits for the answer. */
  async test(webhookId: number, message: WebhookMessage): Promise<Outcome<WebhookDelivery>> {
    const result = await this.once(webhookId, message);
    if (!result.ok) return result;
    const { end, status, error } = result.value;
    const note = { status, error, now: this.#deps.now() };
    this.#queue.addDone(message, end === "sent" ? "sent" : "dead", note);
    await this.#arm(this.#deps.now() + sweepEveryMs);
    const delivery = this.#queue.get(message.id);
    return delivery ? succeed(delivery) : refuse("internal");
  }

  /** As {@link test}, leaving nothing behind. */
  async once(webhookId: number, message: WebhookMessage): Promise<Outcome<AttemptResult>> {
    const startedAt = this.#deps.now();
    this.#asked = this.#asked.filter((at) => at > startedAt - 60_000);
    const [oldest] = this.#asked;
    if (oldest !== undefined && this.#asked.length >= askedPerMinute)
      return refuse("rate_limited", { retryAfterMs: oldest + 60_000 - startedAt });
    this.#asked.push(startedAt);
    this.#addresses.remember(webhookId);
    this.#addresses.forget();
    const address = await this.#addresses.get();
    if (!address) return refuse("not_found", { message: "There is no such webhook." });
    const keys = this.#keysOf(address);
    if (!keys) return refuse("unavailable", { message: "Webhooks cannot be signed: no master key is set." });
    const { post, now } = this.#deps;
    return succeed(await attempt(message, { url: address.url, keys }, { post, now: now() }));
  }

  deliveries(filter: DeliveryFilter): WebhookDelivery[] {
    return this.#queue.list(filter);
  }

  health(): WebhookHealth {
    return { ...this.#queue.counts(), ...this.#health.facts() };
  }

  async replay(webhookId: number, choice: { id: string } | "all"): Promise<number> {
    this.#addresses.remember(webhookId);
    const count = this.#queue.replay(choice, this.#deps.now());
    if (count > 0) await this.#arm(this.#deps.now() + backupMs);
    if (count > 0) this.#start();
    return count;
  }

  /** The alarm: at least once, and gone after six failures, so it never throws and always re-arms. */
  async wake(): Promise<void> {
    this.#armedFor = 0;
    try {
      await this.#pump();
      this.#queue.sweep(this.#deps.now());
    } catch (error) {
      this.#report("webhook.wake", { error });
    } finally {
      await this.#armForRest();
    }
  }

  #start(): void {
    this.#keepAlive(this.#pump().then(() => this.#armForRest()));
  }

  /** Until nothing may go now; a second call joins the first. */
  #pump(): Promise<void> {
    this.#pumping ??= this.#rounds()
      .catch((error: unknown) => this.#report("webhook.deliver", { error }))
      .finally(() => {
        this.#pumping = undefined;
      });
    return this.#pumping;
  }

  async #rounds(): Promise<void> {
    if ((await this.#addresses.get()) === null) return this.#queue.clear();
    while ((this.#queue.nextAt() ?? Number.POSITIVE_INFINITY) <= this.#deps.now()) {
      const address = await this.#addresses.get();
      if (!address) return this.#queue.clear();
      if (!address.isEnabled) return this.#queue.giveUpAll("the webhook is switched off");
      const keys = this.#keysOf(address);
      if (!keys) return this.#report("webhook.sign", { reason: "no master key is set" });
      const due = this.#queue.due(this.#deps.now(), sideBySide);
      const tried = await Promise.all(due.map((delivery) => this.#deliver(delivery, address, keys)));
      // The breaker keeps them off: the wake comes when it lets one try.
      if (!tried.includes(true)) return;
    }
  }

  async #deliver(
    delivery: WebhookDelivery,
    address: WebhookAddress,
    keys: readonly [string, ...string[]],
  ): Promise<boolean> {
    const admission = this.#health.admit();
    if (!admission.isAdmitted) return false;
    const { post, now, random } = this.#deps;
    const result = await attempt(delivery, { url: address.url, keys }, { post, now: now() });
    const note = { status: result.status, error: result.error, now: now() };
    const waitMs = waitAfter(delivery.attempts + 1, result.retryAfterMs, random());
    this.#storage.transactionSync(() => {
      this.#health.report(admission.era, result);
      if (result.end === "sent") this.#queue.sent(delivery.id, note);
      else if (result.end === "failed" && waitMs !== undefined)
        this.#queue.postpone(delivery.id, note.now + waitMs, note);
      else this.#queue.giveUp(delivery.id, note);
    });
    if (result.end !== "sent" && (result.end !== "failed" || waitMs === undefined))
      this.#report("webhook.give-up", { deliveryId: delivery.id, status: note.status, reason: note.error });
    await this.#disableIfHopeless(address, result);
    return true;
  }

  async #disableIfHopeless({ id }: WebhookAddress, { end }: AttemptResult): Promise<void> {
    if (end === "sent") return;
    const isLong = this.#health.failingForMs() >= failingDays * 86_400_000;
    if (end !== "gone" && !isLong) return;
    const because =
      end === "gone" ? "the address answered 410 Gone" : `every call failed for ${failingDays} days`;
    try {
      await this.#deps.disable(id, because);
      this.#addresses.forget();
      this.#report("webhook.disable", { reason: because });
    } catch (error) {
      // The next failure tries again.
      this.#report("webhook.disable", { error });
    }
  }

  /** Both keys while one is being changed. */
  #keysOf({ id, keyNumber, previousKeyUntil }: WebhookAddress): readonly [string, ...string[]] | undefined {
    const current = this.#deps.keyOf(id, keyNumber);
    if (current === undefined) return undefined;
    const isChanging = previousKeyUntil !== null && previousKeyUntil > this.#deps.now();
    const previous = isChanging ? this.#deps.keyOf(id, keyNumber - 1) : undefined;
    return previous === undefined ? [current] : [current, previous];
  }

  async #armForRest(): Promise<void> {
    const now = this.#deps.now();
    const next = this.#queue.nextAt();
    if (next !== undefined) return this.#arm(Math.max(next, now + 100, now + this.#health.closedForMs()));
    if (!this.#queue.isEmpty()) await this.#arm(now + sweepEveryMs);
  }

  async #arm(at: number): Promise<void> {
    if (this.#armedFor > this.#deps.now() && this.#armedFor <= at + 100) return;
    this.#armedFor = at;
    await this.#storage.setAlarm(at);
  }

  #report(action: string, details: Record<string, unknown>): void {
    this.#deps.log({
      level: "WARNING",
      category: "SYSTEM",
      action,
      result: "FAILURE",
      details: { webhookId: this.#addresses.webhookId, ...details },
    });
  }
}
