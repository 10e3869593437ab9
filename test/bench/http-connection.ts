import { connect, type Socket } from "node:net";

export interface HttpAnswer {
  status: number;
  body: string;
}

interface Waiting {
  resolve(answer: HttpAnswer): void;
  reject(error: Error): void;
}

const nothing = Buffer.alloc(0);
const headEnd = "\r\n\r\n";

/**
 * One kept-alive HTTP/1.1 connection, one request at a time. Written by hand because a generator that shares two
 * cores with the server must cost as little as it can: it writes bytes made beforehand and reads only what it checks.
 */
export class HttpConnection {
  #url: URL;
  #socket: Socket | undefined;
  #received: Buffer = nothing;
  #waiting: Waiting | undefined;

  constructor(url: URL) {
    this.#url = url;
  }

  /** Rejects when the connection breaks; the next call opens a new one. */
  exchange(request: Buffer): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#open().write(request);
    });
  }

  close(): void {
    this.#socket?.destroy();
  }

  #open(): Socket {
    if (this.#socket && !this.#socket.destroyed && this.#socket.writable) return this.#socket;
    const socket = connect({ host: this.#url.hostname, port: Number(this.#url.port), noDelay: true });
    this.#socket = socket;
    this.#received = nothing;
    socket.on("data", (data: Buffer) => this.#receive(data));
    socket.on("error", (error) => this.#fail(socket, error));
    socket.on("close", () => this.#fail(socket, new Error("the connection closed before the answer")));
    return socket;
  }

  #receive(data: Buffer): void {
    this.#received = this.#received.length === 0 ? data : Buffer.concat([this.#received, data]);
    const answer = readAnswer(this.#received);
    const waiting = this.#waiting;
    if (!answer || !waiting) return;
    this.#received = nothing;
    this.#waiting = undefined;
    waiting.resolve(answer);
  }

  #fail(socket: Socket, error: Error): void {
    if (socket !== this.#socket) return;
    this.#socket = undefined;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(error);
  }
}

/** A whole answer, or undefined while part of it is missing. */
export function readAnswer(received: Buffer): HttpAnswer | undefined {
  const end = received.indexOf(headEnd);
  if (end === -1) return undefined;
  const head = received.toString("latin1", 0, end);
  const rest = received.subarray(end + headEnd.length);
  const status = Number(head.slice(9, 12));
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined) {
    return rest.length < Number(length)
      ? undefined
      : { status, body: rest.toString("utf8", 0, Number(length)) };
  }
  if (!/\r\ntransfer-encoding: *chunked/i.test(head)) return { status, body: "" };
  const body = readChunks(rest);
  return body === undefined ? undefined : { status, body };
}

function readChunks(rest: Buffer): string | undefined {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = rest.indexOf("\r\n", at);
    if (lineEnd === -1) return undefined;
    const size = Number.parseInt(rest.toString("latin1", at, lineEnd), 16);
    const start = lineEnd + 2;
    if (rest.length < start + size + 2) return undefined;
    if (size === 0) return Buffer.concat(chunks).toString("utf8");
    chunks.push(rest.subarray(start, start + size));
    at = start + size + 2;
  }
}

/** The bytes of one POST. */
export function writeRequest(url: URL, headers: Readonly<Record<string, string>>, body: string): Buffer {
  const lines = Object.entries({
    host: url.host,
    ...headers,
    "content-length": String(Buffer.byteLength(body)),
  }).map(([name, value]) => `${name}: ${value}`);
  return Buffer.from(`POST ${url.pathname} HTTP/1.1\r\n${lines.join("\r\n")}${headEnd}${body}`);
}
