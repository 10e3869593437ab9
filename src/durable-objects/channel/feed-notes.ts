import type { PlatformEvent } from "#contracts/event";
import type { Execution } from "#contracts/execution";
import type { FeedNote } from "#contracts/feed";
import type { Companion, CompanionParts } from "#durable-objects/channel/companions";
import { decisionNote, effectNote, eventNote } from "#durable-objects/channel/feed-note";
import type { EndState, OutboxRow } from "#durable-objects/channel/outbox";

const mostWaiting = 200;
/** Between two reports; what happens meanwhile goes with the next. */
const pauseMs = 250;

type Parts = Pick<CompanionParts, "config" | "deps" | "watch" | "keepAlive">;

/** Reports to the community's feed while somebody looks on there. Otherwise it costs one comparison. */
export class FeedNotes implements Companion {
  #parts: Parts;
  #waiting: FeedNote[] = [];
  #dropped = 0;
  #sending: Promise<void> | undefined;
  #pause: () => Promise<void>;

  constructor(parts: Parts, pause = () => new Promise<void>((resolve) => setTimeout(resolve, pauseMs))) {
    this.#parts = parts;
    this.#pause = pause;
  }

  onEvents(events: readonly PlatformEvent[], now: number): void {
    if (this.#parts.watch.isOn(now)) this.#put(events.map((event) => eventNote(event, now)));
  }

  onExecution(execution: Execution, now: number): void {
    if (this.#parts.watch.isOn(now)) this.#put([decisionNote(execution)]);
  }

  onEnded(row: OutboxRow, state: EndState, problem: string | null, now: number): void {
    const entityId = this.#parts.config.current?.entityId;
    if (entityId === undefined || !this.#parts.watch.isOn(now)) return;
    this.#put([effectNote(row, { state, problem, entityId, at: now })]);
  }

  #put(notes: readonly FeedNote[]): void {
    const free = mostWaiting - this.#waiting.length;
    this.#waiting.push(...notes.slice(0, Math.max(0, free)));
    this.#dropped += Math.max(0, notes.length - free);
    if (this.#sending) return;
    this.#sending = this.#send().finally(() => {
      this.#sending = undefined;
    });
    this.#parts.keepAlive(this.#sending);
  }

  async #send(): Promise<void> {
    const { config, deps, watch } = this.#parts;
    // After the transaction this was noted in.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const [notes, dropped, until] = [this.#waiting, this.#dropped, watch.until];
      this.#waiting = [];
      this.#dropped = 0;
      const communityId = config.current?.community.id;
      if (communityId === undefined) return;
      try {
        const isWatched = await deps.tellFeed(communityId, notes, dropped);
        // Renewed while this was on its way: then somebody has just come.
        if (!isWatched && watch.until === until) watch.end();
      } catch {
        // Looking on is no reason to fail: what is not shown stands in the records.
      }
      await this.#pause();
    }
  }
}
