// @ts-check
/// <reference lib="dom" />
/** @typedef {import("#contracts/overlay").ShownFrame} ShownFrame */
/** @typedef {import("#contracts/overlay").PlayResult} PlayResult */
import { draw } from "./draw.client.js";
import { Lane } from "./lane.client.js";
import { chime, speak } from "./sound.client.js";

/** As long as the leaving animation in page.css. */
const leavingMs = 300;
/** What has not ended by itself so long after its time is stuck. */
const graceMs = 30_000;

/** Shows one frame after the other in one place. */
export class LaneRunner {
  #lane = new Lane();
  #place;
  #onEnd;
  /** @type {ShownFrame | undefined} */
  #showing;
  #dueAt = Number.POSITIVE_INFINITY;

  /**
   * @param {HTMLElement} place
   * @param {(frame: ShownFrame, result: PlayResult) => void} onEnd
   */
  constructor(place, onEnd) {
    this.#place = place;
    this.#onEnd = onEnd;
  }

  get isIdle() {
    return this.#showing === undefined;
  }

  /** What a page that is loaded anew has to show still: a frame that was cut off begins again. */
  left() {
    return this.#showing ? [this.#showing, ...this.#lane.waiting()] : [...this.#lane.waiting()];
  }

  /** @param {number} now */
  isStuck(now) {
    return now > this.#dueAt;
  }

  /** @param {ShownFrame} frame */
  offer(frame) {
    const dropped = this.#lane.offer(frame);
    if (dropped) this.#onEnd(dropped, "dropped");
    void this.#run();
  }

  async #run() {
    if (this.#showing) return;
    for (let frame = this.#lane.next(); frame; frame = this.#lane.next()) {
      this.#showing = frame;
      const result = await this.#show(frame);
      this.#showing = undefined;
      this.#dueAt = Number.POSITIVE_INFINITY;
      this.#onEnd(frame, result);
    }
  }

  /** @param {ShownFrame} frame @returns {Promise<PlayResult>} */
  async #show({ content }) {
    const seconds = "durationSeconds" in content ? (content.durationSeconds ?? 10) : 10;
    // Twice, because what is read out may take longer than what is shown.
    this.#dueAt = Date.now() + 2 * seconds * 1000 + graceMs;
    try {
      const { element, text, ended } = draw(content, seconds);
      this.#place.replaceChildren(element);
      chime(this.#place);
      const spoken = speak(this.#place, text);
      const result = await (ended ?? after(seconds * 1000));
      await Promise.race([spoken, after(seconds * 1000)]);
      element.dataset["leaving"] = "";
      await after(leavingMs);
      return result;
    } catch {
      return "failed";
    } finally {
      this.#place.replaceChildren();
    }
  }
}

/** @param {number} ms @returns {Promise<"played">} */
function after(ms) {
  return new Promise((resolve) => setTimeout(() => resolve("played"), ms));
}
