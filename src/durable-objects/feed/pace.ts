import type { FeedNote } from "#contracts/feed";

export const frameEveryMs = 250;
const notesPerFrame = 100;

/** Collects what comes in between two frames; more than one frame's worth is counted and left out. */
export class Pace {
  #notes: FeedNote[] = [];
  #dropped = 0;
  #lastAt = Number.NEGATIVE_INFINITY;

  add(notes: readonly FeedNote[], dropped: number): void {
    const free = notesPerFrame - this.#notes.length;
    this.#notes.push(...notes.slice(0, Math.max(0, free)));
    this.#dropped += dropped + Math.max(0, notes.length - free);
  }

  /** How long the next frame has to wait. */
  waitMs(now: number): number {
    return Math.max(0, this.#lastAt + frameEveryMs - now);
  }

  take(now: number): { notes: FeedNote[]; dropped: number } {
    const taken = { notes: this.#notes, dropped: this.#dropped };
    this.#lastAt = now;
    this.#notes = [];
    this.#dropped = 0;
    return taken;
  }
}
