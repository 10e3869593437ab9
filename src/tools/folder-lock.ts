import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { errorCode, PlainError } from "#tools/plain-error";
import { commandOf, isAlive } from "#tools/processes";

const owner = z.object({ pid: z.int().positive(), command: z.string() });

/**
 * Claims a folder for this process and returns the release. A claim of a process that is gone is taken over,
 * also when its number now belongs to another program.
 */
export function lockFolder(folder: string, meaning: string): () => void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "owner.json");
  const mine = JSON.stringify({ pid: process.pid, command: commandOf(process.pid) ?? "" });
  if (!claim(file, mine)) {
    const other = readOwner(file);
    if (other && isRunning(other)) {
      throw new PlainError(
        `${meaning} is already in use by process ${other.pid}: stop that one first (kill ${other.pid}).`,
      );
    }
    rmSync(file, { force: true });
    if (!claim(file, mine)) throw new PlainError(`${meaning} has just been taken by another process.`);
  }
  return () => rmSync(file, { force: true });
}

function claim(file: string, content: string): boolean {
  try {
    writeFileSync(file, content, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  }
}

function readOwner(file: string): z.infer<typeof owner> | undefined {
  try {
    return owner.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    // Half written by a process that died: nobody owns it.
    return undefined;
  }
}

function isRunning(other: z.infer<typeof owner>): boolean {
  if (other.pid === process.pid) return true;
  return isAlive(other.pid) && commandOf(other.pid) === other.command;
}
