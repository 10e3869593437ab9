import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { errorCode } from "#tools/plain-error";

export interface ProcessRow {
  pid: number;
  parent: number;
  command: string;
}

/** True while the process exists, also as another user's. A zombie has ended. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
  return readStat(pid)?.state !== "Z";
}

/** The command line, arguments separated by spaces; undefined when there is no such process. */
export function commandOf(pid: number): string | undefined {
  return listProcesses().find((row) => row.pid === pid)?.command;
}

/** Every process we may see. Reads /proc, because small images have no `ps`; elsewhere asks `ps`. */
export function listProcesses(): ProcessRow[] {
  if (process.platform === "linux") return readdirSync("/proc").flatMap(readProcess);
  if (process.platform === "win32") return [];
  return execFileSync("ps", ["-axo", "pid=,ppid=,command="], { encoding: "utf8" })
    .split("\n")
    .flatMap(parsePsLine);
}

/** One line of `ps -o pid=,ppid=,command=`. */
export function parsePsLine(line: string): ProcessRow[] {
  const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
  return command === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
}

/** Asks with the first signal, insists with the next after `waitMs` each; false when it outlived them all. */
export async function stopProcess(
  pid: number,
  signals: readonly NodeJS.Signals[],
  waitMs: number,
): Promise<boolean> {
  for (const signal of signals) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if (errorCode(error) === "ESRCH") return true;
      throw error;
    }
    if (await isGoneWithin(pid, waitMs)) return true;
  }
  return false;
}

async function isGoneWithin(pid: number, waitMs: number): Promise<boolean> {
  const end = performance.now() + waitMs;
  while (performance.now() < end) {
    if (!isAlive(pid)) return true;
    await sleep(25);
  }
  return !isAlive(pid);
}

function readProcess(entry: string): ProcessRow[] {
  if (!/^\d+$/.test(entry)) return [];
  const pid = Number(entry);
  const stat = readStat(pid);
  if (stat === undefined) return [];
  return [{ pid, parent: stat.parent, command: readCommand(pid) }];
}

function readCommand(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    // It ended between listing and reading.
    return "";
  }
}

function readStat(pid: number): { state: string; parent: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may itself contain spaces and parentheses.
    const [state = "", parent = "0"] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}
