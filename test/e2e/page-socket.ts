import { WebSocket } from "ws";
import * as z from "zod";
import { must } from "#lib/must";
import { eventually } from "#test/e2e/stack";

const frame = z.looseObject({ type: z.string() });
export type Frame = z.infer<typeof frame>;

/** A socket as a program opens it, which may send any header. Rejects with the status of a refusal. */
export function openSocket(url: URL, headers: Record<string, string>) {
  const target = new URL(url);
  target.protocol = "ws:";
  const socket = new WebSocket(target, { headers });
  const heard: Frame[] = [];
  const closed = Promise.withResolvers<number>();
  socket.on("message", (data) => heard.push(frame.parse(JSON.parse(String(data)))));
  socket.on("close", (code) => closed.resolve(code));
  const page = {
    heard,
    closed: closed.promise,
    say: (message: object) => socket.send(JSON.stringify(message)),
    hears: async (isIt: (one: Frame) => boolean): Promise<Frame> => {
      await eventually(
        () => heard,
        (frames) => frames.some(isIt),
        20_000,
      );
      return must(heard.find(isIt), "no such frame");
    },
    close: () => socket.close(),
  };
  return new Promise<typeof page>((resolve, reject) => {
    socket.once("open", () => resolve(page));
    socket.once("unexpected-response", (_request, response) => {
      socket.on("error", () => undefined);
      socket.terminate();
      reject(new Error(`refused with ${response.statusCode}`));
    });
    socket.once("error", reject);
  });
}
