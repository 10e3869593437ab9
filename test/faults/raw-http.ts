import { connect, type Socket } from "node:net";

/** A request byte for byte as it goes out: header lines may repeat, and hold what no HTTP library would send. */
export interface RawRequest {
  method: "POST" | "GET";
  path: string;
  headers: readonly (readonly [name: string, value: string])[];
  body: Buffer;
}

export interface RawAnswer {
  /** null when the server hung up or stayed silent: HTTP was so broken that there was nobody to answer. */
  status: number | null;
  headers: Record<string, string>;
  body: string;
}

const patienceMs = 5000;
const nothing: RawAnswer = { status: null, headers: {}, body: "" };

/** Sends over a connection of its own. Never rejects because of what the server does. */
export function sendRaw(target: URL, request: RawRequest): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const socket = connect(Number(target.port), target.hostname);
    const chunks: Buffer[] = [];
    const finish = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(readAnswer(Buffer.concat(chunks)) ?? nothing);
    };
    const timer = setTimeout(finish, patienceMs);
    socket.on("data", (chunk) => {
      chunks.push(chunk);
      if (isWhole(Buffer.concat(chunks))) finish();
    });
    socket.on("close", finish);
    // A server that refuses early closes while we still write; what it said before is the answer.
    socket.on("error", () => undefined);
    write(socket, target, request);
  });
}

function write(socket: Socket, { host }: URL, { method, path, headers, body }: RawRequest): void {
  const names = new Set(headers.map(([name]) => name.toLowerCase()));
  const lines = [`${method} ${path} HTTP/1.1`, `host: ${host}`];
  if (method === "POST" && !names.has("transfer-encoding")) lines.push(`content-length: ${body.length}`);
  if (!names.has("connection")) lines.push("connection: close");
  lines.push(...headers.map(([name, value]) => `${name}: ${value}`));
  socket.write(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), body]));
}

function isWhole(bytes: Buffer): boolean {
  const answer = readAnswer(bytes);
  if (!answer) return false;
  const length = answer.headers["content-length"];
  return (
    answer.status === 101 ||
    answer.status === 204 ||
    (length !== undefined && answer.body.length >= Number(length))
  );
}

function readAnswer(bytes: Buffer): RawAnswer | undefined {
  const text = bytes.toString("latin1");
  const end = text.indexOf("\r\n\r\n");
  const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
  if (end < 0 || status === undefined) return undefined;
  const lines = text.slice(0, end).split("\r\n").slice(1);
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  return { status: Number(status), headers, body: text.slice(end + 4) };
}

export function headerOf({ headers }: RawRequest, name: string): string {
  return headers.find(([candidate]) => candidate === name)?.[1] ?? "";
}

export function setHeader(request: RawRequest, name: string, value: string): RawRequest {
  return {
    ...request,
    headers: request.headers.map((line) => (line[0] === name ? ([name, value] as const) : line)),
  };
}

export function removeHeader(request: RawRequest, name: string): RawRequest {
  return { ...request, headers: request.headers.filter(([candidate]) => candidate !== name) };
}

/** Sent as one more line of the same name. */
export function addHeader(request: RawRequest, name: string, value: string): RawRequest {
  return { ...request, headers: [...request.headers, [name, value]] };
}
