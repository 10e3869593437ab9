import { timedOut, within } from "#lib/within";
import { listProcesses } from "#tools/processes";

/** Closes one running piece. */
export type Close = () => Promise<unknown>;

export interface Shutdown {
  /** From now on a stop closes this too; what starts after a stop began is closed at once. */
  add(name: string, close: Close): void;
  isStopping(): boolean;
  /** Closes everything, last started first. Resolves after at most `limitMs` whatever hangs; names what hung. */
  stop(limitMs: number): Promise<string[]>;
}

/** Keeps what runs, so that a failure or Ctrl-C at any moment leaves nothing half-started. */
export function makeShutdown(): Shutdown {
  const running: { name: string; close: Close }[] = [];
  let stopping = false;

  async function closeAll(): Promise<void> {
    for (let piece = running.pop(); piece; piece = running.pop()) await closeQuietly(piece.close);
  }

  return {
    add(name, close) {
      running.push({ name, close });
      if (stopping) void closeAll();
    },
    isStopping: () => stopping,
    async stop(limitMs) {
      stopping = true;
      const names = running.map(({ name }) => name);
      const result = await within(closeAll(), limitMs);
      return result === timedOut ? names.slice(0, running.length + 1) : [];
    },
  };
}

async function closeQuietly(close: Close): Promise<void> {
  try {
    await close();
  } catch (error) {
    // A piece that cannot close politely must not keep the others from closing; its process is killed in the end.
    console.error(`  while stopping: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The last resort: ends every child process this one still has. */
export function killChildren(): void {
  for (const { pid, parent } of listProcesses()) {
    if (parent !== process.pid) continue;
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended by itself in between.
    }
  }
}
