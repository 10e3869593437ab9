import { once } from "node:events";
import { basename, dirname } from "node:path";
import { createStream } from "rotating-file-stream";

/** Kept beside the current file (60-infrastructure §1.61: 10 MB × 5). */
const olderFiles = 5;

export interface LogFile {
  /** One line, without its end. Never throws: who cannot write down what happened goes on working. */
  write(line: string): void;
  /** Resolves when everything written is in the file. */
  close(): Promise<void>;
}

export interface LogFileOptions {
  /** Above this a new file is begun, as `10M`, `512K` or `4096B`. */
  size?: `${number}${"B" | "K" | "M"}`;
  /** Told once of each thing that went wrong. */
  onProblem?: (problem: string) => void;
}

/** A file only its owner reads, which ends and is numbered away (`NAME.1` is the newest of the old) before it fills a disk. */
export function openLogFile(path: string, { size = "10M", onProblem }: LogFileOptions = {}): LogFile {
  const stream = createStream(basename(path), {
    path: dirname(path),
    size,
    rotate: olderFiles,
    mode: 0o600,
  });
  const told = new Set<string>();
  const tell = (error: Error) => {
    if (told.has(error.message)) return;
    told.add(error.message);
    onProblem?.(error.message);
  };
  stream.on("error", tell);
  stream.on("warning", tell);
  return {
    write(line) {
      if (!stream.destroyed && !stream.writableEnded) stream.write(`${line}\n`);
    },
    async close() {
      if (stream.destroyed) return;
      const ended = Promise.race([once(stream, "finish"), once(stream, "close")]);
      stream.end();
      await ended;
    },
  };
}
