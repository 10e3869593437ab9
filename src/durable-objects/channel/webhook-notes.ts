import { createHash } from "node:crypto";
import type { PlatformEvent } from "#contracts/event";
import type { Execution } from "#contracts/execution";
import type { WebhookMessage } from "#contracts/outgoing-webhook";
import type { Companion, CompanionParts } from "#durable-objects/channel/companions";
import { commandMessage, eventMessage } from "#durable-objects/webhook-target/make-message";

/** Characters of bodies in one outbox row: escaped and in UTF-8 far below the 2 MB a row takes. */
const rowCharacters = 250_000;

/** Notes, in the transaction that ends an event, what the community's webhooks are to be told of it. */
export class WebhookNotes implements Companion {
  #parts: Pick<CompanionParts, "config" | "outbox">;
  /** Rows of one moment leave in the order they were noted. */
  #rank = 0;

  constructor(parts: Pick<CompanionParts, "config" | "outbox">) {
    this.#parts = parts;
  }

  /** What the bot itself caused is no platform's event; the command it ran is told as one. */
  onEvents(events: readonly PlatformEvent[], now: number): void {
    const { current } = this.#parts.config;
    if (!current || current.webhooks.length === 0) return;
    const own = events.filter(({ origin }) => origin === "platform" || origin === "api");
    for (const type of new Set(own.map((event) => event.type))) {
      const messages = own
        .filter((event) => event.type === type)
        .map((event) => eventMessage(event, current.community));
      this.#note(type, messages, now);
    }
  }

  onExecution(execution: Execution, now: number): void {
    const { current } = this.#parts.config;
    const message = current && commandMessage(execution, current.community);
    if (message) this.#note("command.executed", [message], now);
  }

  #note(type: string, messages: readonly WebhookMessage[], now: number): void {
    const { config, outbox } = this.#parts;
    const asked = config.current?.webhooks.filter(({ eventTypes }) => eventTypes.includes(type)) ?? [];
    const webhookIds = asked.map(({ id }) => id);
    if (webhookIds.length === 0) return;
    for (const part of split(messages)) {
      const key = `webhook/${digest(part.map(({ id }) => id).join())}`;
      outbox.add(
        { key, eventId: key, body: { kind: "webhook", webhookIds, messages: part } },
        this.#rank++,
        now,
      );
    }
  }
}

function split(messages: readonly WebhookMessage[]): WebhookMessage[][] {
  const parts: WebhookMessage[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const message of messages) {
    size += message.body.length;
    if (size > rowCharacters) {
      parts.push([]);
      size = message.body.length;
    }
    parts.at(-1)?.push(message);
  }
  return parts;
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
