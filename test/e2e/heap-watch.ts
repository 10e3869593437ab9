import { WebSocket } from "ws";
import * as z from "zod";
import { timedOut, within } from "#lib/within";

const target = z.object({ id: z.string(), webSocketDebuggerUrl: z.string() });
const usage = z.object({
  id: z.int(),
  result: z.object({
    usedSize: z.number(),
    embedderHeapUsedSize: z.number().default(0),
    backingStorageSize: z.number().default(0),
  }),
});

export interface HeapWatch {
  /** Bytes in use in all watched Workers: live ones, and those the collector has not thrown away yet. */
  read(): Promise<number>;
  close(): void;
}

/** Looks into the heaps of these Workers through workerd's inspector. */
export async function watchHeaps(inspectorPort: number, workers: readonly string[]): Promise<HeapWatch> {
  const all = await listTargets(inspectorPort);
  const wanted = all.filter(({ id }) => workers.some((name) => id.endsWith(`:${name}`)));
  if (wanted.length !== workers.length) throw new Error(`the inspector knows ${wanted.length} of ${workers}`);
  const sockets = await Promise.all(
    wanted.map(({ webSocketDebuggerUrl }) => connectTo(webSocketDebuggerUrl)),
  );
  return {
    read: async () => (await Promise.all(sockets.map(askUsage))).reduce((sum, bytes) => sum + bytes, 0),
    close: () => {
      for (const socket of sockets) socket.terminate();
    },
  };
}

/** What the inspector can look into: one for each Worker, its id ends with the Worker's name. */
export async function listTargets(inspectorPort: number): Promise<z.infer<typeof target>[]> {
  const response = await fetch(`http://127.0.0.1:${inspectorPort}/json`);
  return z.array(target).parse(await response.json());
}

export function connectTo(url: string): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.once("open", () => resolve(socket));
    socket.once("error", reject);
  });
}

let calls = 0;

async function askUsage(socket: WebSocket): Promise<number> {
  const id = ++calls;
  const answered = new Promise<number>((resolve) => {
    const onMessage = (data: unknown) => {
      const message = usage.safeParse(JSON.parse(String(data))).data;
      if (message?.id !== id) return;
      socket.off("message", onMessage);
      const { usedSize, embedderHeapUsedSize, backingStorageSize } = message.result;
      resolve(usedSize + embedderHeapUsedSize + backingStorageSize);
    };
    socket.on("message", onMessage);
  });
  socket.send(JSON.stringify({ id, method: "Runtime.getHeapUsage", params: {} }));
  const bytes = await within(answered, 5000);
  if (bytes === timedOut) throw new Error("the inspector does not answer");
  return bytes;
}
