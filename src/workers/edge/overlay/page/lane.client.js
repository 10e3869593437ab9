// @ts-check
/** @typedef {import("#contracts/overlay").ShownFrame} ShownFrame */

/** As upstream's queue (OBS-3). */
export const mostWaiting = 100;

/** What waits to be shown, the most important first, then the oldest. */
export class Lane {
  /** @type {ShownFrame[]} */
  #waiting = [];

  get length() {
    return this.#waiting.length;
  }

  /**
   * Returns what had to go: of the least important the newest, which may be the offered one itself.
   * @param {ShownFrame} frame
   * @returns {ShownFrame | undefined}
   */
  offer(frame) {
    const at = this.#waiting.findIndex((other) => priorityOf(other) < priorityOf(frame));
    this.#waiting.splice(at === -1 ? this.#waiting.length : at, 0, frame);
    return this.#waiting.length > mostWaiting ? this.#waiting.pop() : undefined;
  }

  next() {
    return this.#waiting.shift();
  }

  /** @returns {readonly ShownFrame[]} */
  waiting() {
    return this.#waiting;
  }
}

/** @param {ShownFrame} frame */
function priorityOf({ content }) {
  return "priority" in content ? content.priority : 100;
}
