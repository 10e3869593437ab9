// @ts-check
/// <reference lib="dom" />
/** @typedef {import("#contracts/overlay").OverlayFrame} OverlayFrame */
/** @typedef {import("#contracts/overlay").OverlayPart} OverlayPart */
/** @typedef {import("#contracts/overlay").OverlayPageMessage} Ack */
/** @typedef {import("#contracts/overlay").Seqs} Seqs */

const [pulseMs, silentMs] = [15_000, 45_000];
const [firstWaitMs, mostWaitMs] = [500, 30_000];
/** Busy chats are acknowledged now and then; a single frame at once. */
const ackEveryMs = 5000;
const mostPlayed = 100;

/** One socket after the other, for as long as the page is open. */
export class Line {
  #parts;
  /** @type {WebSocket | undefined} */
  #socket;
  #attempts = 0;
  #isOver = false;
  /** @type {Ack["played"]} */
  #played = [];
  #isChanged = false;
  #ackedAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #ackTimer;

  /** @param {{ type: string, token: string, seen: () => Seqs, onFrame: (frame: OverlayFrame) => void, onLost: (isOver: boolean) => void }} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  open() {
    const { type, token, seen } = this.#parts;
    const address = new URL(`/overlay/socket/${type}`, location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    const last = Object.entries(seen()).map(([part, seq]) => `${part}:${seq}`);
    if (last.length > 0) address.searchParams.set("last", last.join());
    const socket = new WebSocket(address, ["waddlebot", token]);
    this.#socket = socket;
    let heardAt = Date.now();
    // Answered by the runtime, so that the overlay object sleeps on; a silent line is noticed and opened anew.
    const pulse = setInterval(() => {
      if (Date.now() - heardAt > silentMs) this.#lose(socket, pulse, 1006);
      else if (socket.readyState === WebSocket.OPEN) socket.send("ping");
    }, pulseMs);
    socket.onmessage = ({ data }) => {
      heardAt = Date.now();
      if (data === "pong") return;
      this.#attempts = 0;
      this.#parts.onFrame(JSON.parse(data));
    };
    socket.onclose = ({ code }) => this.#lose(socket, pulse, code);
  }

  /** @param {WebSocket} socket @param {ReturnType<typeof setInterval>} pulse @param {number} code */
  #lose(socket, pulse, code) {
    clearInterval(pulse);
    if (socket !== this.#socket) return;
    this.#socket = undefined;
    socket.close();
    // 1008: the address was replaced. Nobody will let it in again.
    this.#isOver = code === 1008;
    this.#parts.onLost(this.#isOver);
    if (this.#isOver) return;
    const waitMs = Math.min(mostWaitMs, firstWaitMs * 2 ** this.#attempts++) * (0.5 + Math.random());
    setTimeout(() => this.open(), waitMs);
  }

  /** Something arrived. */
  delivered() {
    this.#isChanged = true;
    this.#scheduleAck();
  }

  /** @param {Ack["played"][number]} end */
  ended(end) {
    this.#played = [...this.#played, end].slice(-mostPlayed);
    this.#scheduleAck();
  }

  #scheduleAck() {
    if (this.#ackTimer !== undefined) return;
    const waitMs = Math.max(0, this.#ackedAt + ackEveryMs - Date.now());
    this.#ackTimer = setTimeout(() => {
      this.#ackTimer = undefined;
      this.#ack();
    }, waitMs);
  }

  /** What could not be said now is said with the next. */
  #ack() {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN || (!this.#isChanged && this.#played.length === 0)) return;
    /** @type {Ack} */
    const ack = { type: "ack", delivered: this.#parts.seen(), played: this.#played };
    socket.send(JSON.stringify(ack));
    this.#ackedAt = Date.now();
    this.#played = [];
    this.#isChanged = false;
  }
}
