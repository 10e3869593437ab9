import { readFileSync } from "node:fs";

/** Linux counts in hundredths of a second, whatever the kernel's own tick (proc(5), sysconf). */
const ticksPerSecond = 100;

/** CPU seconds a process has used so far, all its threads together; NaN where /proc does not tell. */
export function cpuSeconds(pid: number | undefined): number {
  if (pid === undefined || process.platform !== "linux") return Number.NaN;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may itself hold spaces; user and system time are the 12th and 13th field behind it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  } catch {
    // It ended; whoever asks shows a dash.
    return Number.NaN;
  }
}
