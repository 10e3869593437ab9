import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import type { WorkerLog } from "#tools/workers-runtime";

const maxLogBytes = 20 * 1024 * 1024;

/** Appends what the Workers log to `<folder>/workers.log`; a log above 20 MB is put aside once, at the start. */
export function openWorkerLog(folder: string): (line: WorkerLog) => void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "workers.log");
  if (existsSync(file) && statSync(file).size > maxLogBytes) renameSync(file, `${file}.1`);
  return ({ message }) => appendFileSync(file, `${message}\n`);
}
