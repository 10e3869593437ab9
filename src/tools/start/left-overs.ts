import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as z from "zod";
import { commandOf, isAlive, stopProcess } from "#tools/processes";

const record = z.object({ pid: z.int().positive(), command: z.string().min(1) });

/** Remembers the workerd process, so that a start after `kill -9` of everything else finds and ends it. */
export function rememberProcess(file: string, pid: number | undefined): void {
  const command = pid === undefined ? undefined : commandOf(pid);
  if (command) writeFileSync(file, JSON.stringify({ pid, command }), { mode: 0o600 });
}

/** Ends the remembered process if it still lives and still is what it was. */
export async function endRememberedProcess(file: string): Promise<void> {
  if (!existsSync(file)) return;
  const known = record.safeParse(parseJson(readFileSync(file, "utf8")));
  rmSync(file, { force: true });
  if (!known.success) return;
  const { pid, command } = known.data;
  if (isAlive(pid) && commandOf(pid) === command) await stopProcess(pid, ["SIGTERM", "SIGKILL"], 1000);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
