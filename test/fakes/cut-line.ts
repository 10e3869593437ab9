import { connect, createServer, type Socket } from "node:net";

/** A line of TCP with a switch in it. */
export interface CutLine {
  port: number;
  /** Silent: connections stay and carry nothing, new ones get no answer. Torn: they break, new ones are refused. */
  cut(how: "silent" | "torn"): void;
  mend(): void;
  close(): Promise<void>;
}

/** Carries bytes to `target` both ways until it is cut. What a silent cut held back comes when it is mended, as TCP does. */
export async function startCutLine(target: { host: string; port: number }): Promise<CutLine> {
  const pairs = new Set<[Socket, Socket]>();
  const waiting: Socket[] = [];
  let state: "whole" | "silent" | "torn" = "whole";

  function join(near: Socket): void {
    const far = connect(target.port, target.host);
    const pair: [Socket, Socket] = [near, far];
    pairs.add(pair);
    for (const [from, to] of [pair, [far, near] as const]) {
      from.on("data", (bytes) => to.write(bytes));
      from.on("error", () => undefined);
      from.on("close", () => {
        pairs.delete(pair);
        to.destroy();
      });
    }
  }

  const server = createServer((near) => {
    near.on("error", () => undefined);
    if (state === "torn") near.destroy();
    else if (state === "silent") waiting.push(near.pause());
    else join(near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("the line has no address");

  return {
    port: address.port,
    cut(how) {
      state = how;
      for (const pair of pairs)
        for (const socket of pair) {
          if (how === "silent") socket.pause();
          else socket.resetAndDestroy();
        }
    },
    mend() {
      state = "whole";
      for (const pair of pairs) for (const socket of pair) socket.resume();
      for (const near of waiting.splice(0)) if (!near.destroyed) join(near);
    },
    close: () =>
      new Promise((resolve) => {
        for (const pair of pairs) for (const socket of pair) socket.destroy();
        for (const near of waiting) near.destroy();
        server.close(() => resolve());
      }),
  };
}
