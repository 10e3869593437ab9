import { once } from "node:events";
import { expect, vi } from "vitest";
import { WebSocket } from "ws";

interface Heard {
  op: number;
  t: string | null;
  s: number | null;
  d: never;
}

export interface ClientOptions {
  token: string;
  intents: number;
  query?: string | undefined;
}

/** A bare client of the simulated gateway, one message at a time. */
export async function connectTo(
  url: string,
  { token, intents, query = "?v=10&encoding=json" }: ClientOptions,
) {
  const socket = new WebSocket(`${url.replace(/^http/, "ws")}/discord/gateway${query}`);
  const heard: Heard[] = [];
  socket.on("message", (data) => heard.push(JSON.parse(String(data))));
  const closed = once(socket, "close").then(([code]) => Number(code));
  await once(socket, "open");
  const send = (op: number, d: unknown) => socket.send(JSON.stringify({ op, d }));
  const properties = { os: "linux", browser: "t", device: "t" };
  return {
    socket,
    heard,
    closed,
    send,
    identify: (changes: object = {}) => send(2, { token, intents, properties, shard: [0, 1], ...changes }),
    resume: (session_id: string, seq: number) => send(6, { token, session_id, seq }),
    hears: (op: number, t: string | null = null) =>
      vi.waitFor(() => expect(heard.map((one) => [one.op, one.t])).toContainEqual([op, t])),
  };
}
