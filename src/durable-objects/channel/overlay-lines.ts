import type { PlatformEvent } from "#contracts/event";
import type { ChatLine } from "#contracts/overlay-content";
import type { Companion, CompanionParts } from "#durable-objects/channel/companions";
import type { OverlayWatch } from "#durable-objects/channel/overlay-watch";

export interface KeyedLine {
  key: string;
  line: ChatLine;
}

/** More than this waiting are not worth showing any more: a chat box holds far fewer. */
const mostWaiting = 200;

/**
 * Sends what people say to the community's chat boxes, and only while one is open. In memory and at most once: a chat
 * box is looked at now, and durability would cost every message of a busy chat a row.
 */
export class OverlayLines implements Companion {
  #watch: OverlayWatch;
  #parts: Pick<CompanionParts, "config" | "deps">;
  #waiting: KeyedLine[] = [];
  #sending: Promise<void> | undefined;

  constructor(parts: Pick<CompanionParts, "config" | "deps" | "overlayWatch">) {
    this.#watch = parts.overlayWatch;
    this.#parts = parts;
  }

  onEvents(events: readonly PlatformEvent[], now: number): void {
    if (now >= this.#watch.until) return;
    const lines = events.flatMap(toLine);
    if (lines.length === 0) return;
    this.#waiting = [...this.#waiting, ...lines].slice(-mostWaiting);
    this.#sending ??= this.#send().finally(() => {
      this.#sending = undefined;
    });
  }

  /** One call at a time, so that lines keep their order; what comes meanwhile goes with the next. */
  async #send(): Promise<void> {
    // What was said is shown once it is handled: the transaction around this call has to end first.
    await Promise.resolve();
    const { config, deps } = this.#parts;
    while (this.#waiting.length > 0) {
      const communityId = config.current?.community.id;
      const lines = this.#waiting.splice(0);
      if (communityId === undefined) return;
      try {
        await deps.showLines(communityId, lines);
      } catch {
        // Lost, as a chat box that was reloaded loses them too.
      }
    }
  }
}

function toLine(event: PlatformEvent): KeyedLine[] {
  if (event.type !== "chatMessage" || event.origin !== "platform") return [];
  const { id, platform, user } = event;
  const text = event.text.trim().slice(0, 500);
  const name = (user.name || user.login).slice(0, 255);
  if (text === "" || name === "") return [];
  return [{ key: id, line: { type: "line", platform, name, text, badges: user.badges.slice(0, 8) } }];
}
