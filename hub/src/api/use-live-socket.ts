import { useEffect, useEffectEvent, useRef, useState } from "react";
import * as z from "zod/mini";

export type LiveState = "connecting" | "open" | "lost";

interface Wish<T> {
  /** On our own origin. */
  path: string;
  schema: z.core.$ZodType<T>;
  onFrame: (frame: T) => void;
  /** A fresh socket stands: what the other side must know of us has to be said again. */
  onOpen?: (say: (message: object) => void) => void;
}

const hello = z.looseObject({ renewAfterMs: z.number() });
const longestWaitMs = 10_000;

/**
 * A socket that comes back by itself while the page is open. The server gives each a minute and asks then whether we still
 * may, so the next one is opened before the old one ends; nothing is missed in between.
 */
export function useLiveSocket<T>({ path, schema, onFrame, onOpen }: Wish<T>) {
  const [state, setState] = useState<LiveState>("connecting");
  const current = useRef<WebSocket>(undefined);
  const heard = useEffectEvent(onFrame);
  const opened = useEffectEvent((socket: WebSocket) => onOpen?.((message) => sayOn(socket, message)));

  useEffect(() => {
    let isOver = false;
    const replaced = new WeakSet<WebSocket>();
    let failures = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;

    const again = (afterMs: number) => {
      clearTimeout(timer);
      timer = setTimeout(connect, afterMs);
    };
    const connect = () => {
      const url = new URL(path, location.href);
      url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
      const socket = new WebSocket(url);
      socket.addEventListener("message", ({ data }) => {
        const frame = readFrame(data);
        const greeting = hello.safeParse(frame);
        if (greeting.success) {
          failures = 0;
          const before = current.current;
          current.current = socket;
          if (before !== undefined && before !== socket) {
            replaced.add(before);
            before.close(1000);
          }
          setState("open");
          opened(socket);
          again(greeting.data.renewAfterMs);
        }
        const parsed = z.safeParse(schema, frame);
        if (parsed.success) heard(parsed.data);
      });
      socket.addEventListener("close", () => {
        if (isOver || replaced.has(socket)) return;
        if (current.current === socket) current.current = undefined;
        failures += 1;
        if (failures > 1) setState("lost");
        const longest = Math.min(longestWaitMs, 250 * 2 ** failures);
        again(longest / 2 + Math.random() * (longest / 2));
      });
    };
    connect();
    return () => {
      isOver = true;
      clearTimeout(timer);
      current.current?.close(1000);
      current.current = undefined;
    };
  }, [path, schema]);

  const say = (message: object) => current.current !== undefined && sayOn(current.current, message);
  return { state, say };
}

function sayOn(socket: WebSocket, message: object): boolean {
  if (socket.readyState !== WebSocket.OPEN) return false;
  socket.send(JSON.stringify(message));
  return true;
}

function readFrame(data: unknown): unknown {
  try {
    return JSON.parse(String(data));
  } catch {
    return undefined;
  }
}
