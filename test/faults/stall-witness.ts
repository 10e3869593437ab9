import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { createInterface } from "node:readline";
import * as z from "zod";
import { inProject } from "#tools/paths";

/** A time, in milliseconds since 1970, in which a processor ran nothing at all. */
export interface Stall {
  from: number;
  to: number;
}

export interface StallWitness {
  /** False where the system lets nobody ask for real-time priority: then nothing is known of stalls. */
  isWatching: boolean;
  stalls: readonly Stall[];
  stop(): void;
}

const stall = z.object({ from: z.number(), to: z.number() });

/** Milliseconds since 1970 with a fraction, the same in every process of a machine. */
export const preciseNow = () => performance.timeOrigin + performance.now();

/**
 * Sees when the machine itself stood still: one process a processor at real-time priority, which no load of ours can
 * delay. What it misses is missing for everybody, so an answer that took so long says nothing of the bot.
 */
export async function startStallWitness(): Promise<StallWitness> {
  const stalls: Stall[] = [];
  const children = Array.from({ length: availableParallelism() }, (_, cpu) => {
    const command = ["-f", "50", "taskset", "-c", String(cpu), process.execPath];
    return spawn("chrt", [...command, inProject("test", "faults", "stall-witness-process.ts")], {
      stdio: ["pipe", "pipe", "ignore"],
    });
  });
  const stop = () => {
    for (const child of children) child.kill("SIGKILL");
  };
  const started = await Promise.all(
    children.map((child) => {
      child.stdin.on("error", () => undefined);
      return new Promise<boolean>((resolve) => {
        child.once("error", () => resolve(false));
        child.once("exit", () => resolve(false));
        createInterface({ input: child.stdout }).on("line", (line) => {
          if (line === "watching") return resolve(true);
          stalls.push(stall.parse(JSON.parse(line)));
        });
      });
    }),
  );
  return { isWatching: started.every(Boolean), stalls, stop };
}

/** Whether the machine stood still at some moment of this time. */
export function overlapsStall(stalls: readonly Stall[], { from, to }: Stall): boolean {
  return stalls.some((one) => one.from < to && one.to > from);
}
