import { useEffect, useEffectEvent, useState } from "react";
import { type RehearsalMessage, rehearsalMessage } from "./wire.ts";

export type Connection = "connecting" | "connected" | "reconnecting";

interface Listener {
  onMessage: (message: RehearsalMessage) => void;
  /** The stream stands (again): whatever was said meanwhile has to be fetched. */
  onOpen: () => void;
}

const longestWaitMs = 10_000;

function parseMessage(data: unknown): RehearsalMessage | undefined {
  try {
    const parsed = rehearsalMessage.safeParse(JSON.parse(String(data)));
    if (parsed.success) return parsed.data;
    console.warn("The stage sent a message of an unknown shape.", parsed.error.issues);
  } catch (error) {
    console.warn("The stage sent a message that is not JSON.", error);
  }
  return undefined;
}

/**
 * Listens to the stage while mounted. An EventSource comes back by itself after a lost connection,
 * but gives up for good after an answer that is no stream (a proxy's 502), so that case is redone here.
 */
export function useStream(isWanted: boolean, listener: Listener): Connection {
  const [connection, setConnection] = useState<Connection>("connecting");
  const heard = useEffectEvent(listener.onMessage);
  const opened = useEffectEvent(listener.onOpen);

  useEffect(() => {
    if (!isWanted) return;
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let failures = 0;

    const connect = () => {
      source = new EventSource("/rehearsal/stream");
      source.addEventListener("open", () => {
        failures = 0;
        setConnection("connected");
        opened();
      });
      source.addEventListener("message", (event) => {
        const message = parseMessage(event.data);
        if (message !== undefined) heard(message);
      });
      source.addEventListener("error", () => {
        setConnection("reconnecting");
        if (source?.readyState !== EventSource.CLOSED) return;
        failures += 1;
        timer = setTimeout(connect, Math.min(longestWaitMs, 500 * 2 ** failures));
      });
    };
    connect();
    return () => {
      clearTimeout(timer);
      source?.close();
    };
  }, [isWanted]);
  return connection;
}
