import { fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { constants, setPriority } from "node:os";
import * as z from "zod";
import type { SignedRequest } from "#test/bench/signed-requests";
import { type AskedOnce, askedOnce } from "#test/faults/asking-messages";
import { inProject } from "#tools/paths";

export interface Asker {
  pid: number | undefined;
  /** Signed questions for the time to come; they are asked in this order. */
  add(requests: readonly SignedRequest[]): void;
  start(facts: { url: URL; perSecond: number; reply: string }): void;
  /** Everything asked so far; fails when the questions ran out. */
  tell(): Promise<AskedOnce[]>;
  stop(): void;
}

/** Starts the process that asks. */
export function startAsker(): Asker {
  const child = fork(inProject("test", "faults", "asking-process.ts"), {
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  return {
    pid: child.pid,
    add: (requests) => child.send({ kind: "add", requests }),
    start: (facts) => child.send({ kind: "start", ...facts, url: facts.url.href }),
    tell: async () => {
      const told = new AbortController();
      const { signal } = told;
      child.send({ kind: "tell" });
      const gone = once(child, "exit", { signal }).then(() => {
        throw new Error("the process that asks ended early");
      });
      const [asked] = await Promise.race([once(child, "message", { signal }), gone]);
      // Whoever still listens is let go.
      gone.catch(() => undefined);
      told.abort();
      return z.array(askedOnce).parse(asked);
    },
    stop: () => child.kill("SIGKILL"),
  };
}

/**
 * Before other work of the machine, as far as the system lets us: at real-time priority neither the bot nor who asks it
 * ever waits for a processor that somebody else keeps. A measurement without it is only noisier.
 */
export function goFirst(pid: number): void {
  if (spawnSync("chrt", ["--all-tasks", "--fifo", "--pid", "10", String(pid)]).status === 0) return;
  try {
    setPriority(pid, constants.priority.PRIORITY_HIGHEST);
  } catch {
    // Not allowed here.
  }
}
