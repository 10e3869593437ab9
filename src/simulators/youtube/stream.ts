import type { Clock } from "#simulators/clock";
import type { Broadcasts } from "#simulators/youtube/broadcasts";

/** What can go wrong with a connection: not given, cut in the middle of a page, slow, or closed after `pages` pages. */
export type StreamFault =
  | { kind: "refused"; status: 403 | 404 | 405 | 500 | 501; reason?: string }
  | { kind: "cut" }
  | { kind: "slow"; ms: number }
  | { kind: "close"; pages: number };

export interface StreamFaults {
  /** Suffered by the next `times` connections; once unless said. */
  set(fault: StreamFault, times?: number): void;
  clear(): void;
  take(): StreamFault | undefined;
}

export function makeStreamFaults(): StreamFaults {
  let armed: { fault: StreamFault; left: number } | undefined;
  return {
    set(fault, times = 1) {
      armed = { fault, left: times };
    },
    clear() {
      armed = undefined;
    },
    take() {
      if (!armed || armed.left <= 0) return undefined;
      armed.left -= 1;
      return armed.fault;
    },
  };
}

interface Page {
  nextPageToken: string;
  items: readonly unknown[];
  offlineAt?: string;
}

/** One long answer: a JSON array whose elements are pages, the first at once, the others when there is something new. */
export function pushPages(parts: {
  from: number;
  fault: StreamFault | undefined;
  page(from: number): Page;
  broadcasts: Broadcasts;
  clock: Clock;
}): ReadableStream<Uint8Array> {
  const { fault, page, broadcasts, clock } = parts;
  const left = new AbortController();
  const encoder = new TextEncoder();
  let at = parts.from;
  let sent = 0;
  return new ReadableStream({
    async pull(controller) {
      if (fault?.kind === "slow") await clock.sleep(fault.ms, left.signal);
      let next = page(at);
      while (sent > 0 && next.items.length === 0 && next.offlineAt === undefined && !left.signal.aborted) {
        await broadcasts.changed(left.signal);
        next = page(at);
      }
      if (left.signal.aborted) return;
      const text = `${sent === 0 ? "[" : ",\n"}${JSON.stringify(next, null, 1)}`;
      const bytes = encoder.encode(text);
      if (fault?.kind === "cut" && next.items.length > 0) {
        controller.enqueue(bytes.slice(0, bytes.length >> 1));
        return controller.error(new Error("cut"));
      }
      controller.enqueue(bytes);
      at += next.items.length;
      sent += 1;
      const isDone = next.offlineAt !== undefined || (fault?.kind === "close" && sent >= fault.pages);
      if (!isDone) return;
      controller.enqueue(encoder.encode("]"));
      controller.close();
    },
    cancel() {
      left.abort();
    },
  });
}
