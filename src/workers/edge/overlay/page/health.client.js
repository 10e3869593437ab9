// @ts-check
/// <reference lib="dom" />
/** @typedef {import("#contracts/overlay").OverlayFrame} OverlayFrame */

const shownMs = 10_000;

/** Tells whoever sets the overlay up how it is: until it is connected and ten seconds more, then never again. */
export class Health {
  #box;
  #type;
  #isOver = false;

  /** @param {HTMLElement} box @param {string} type */
  constructor(box, type) {
    this.#box = box;
    this.#type = type;
  }

  /** @param {string} text */
  waiting(text) {
    this.#say("waiting", text);
  }

  /** @param {Extract<OverlayFrame, { type: "hello" }>} hello */
  connected({ community, version, lastEventAt }) {
    const last =
      lastEventAt === null ? "no event yet" : `last event ${new Date(lastEventAt).toLocaleTimeString()}`;
    this.#say("connected", `Connected · ${community} · ${this.#type} · ${last} · WaddleBot ${version}`);
    setTimeout(() => {
      this.#isOver = true;
      this.#box.hidden = true;
    }, shownMs);
  }

  /** @param {string} state @param {string} text */
  #say(state, text) {
    if (this.#isOver) return;
    this.#box.dataset["state"] = state;
    this.#box.textContent = text;
    this.#box.hidden = false;
  }
}
