import { redact } from "#lib/redact";

export type LogLevel = "DEBUG" | "INFO" | "WARNING" | "ERROR";
/** The AAA categories (60-infrastructure §1.61). */
export type LogCategory = "AUTH" | "AUTHZ" | "AUDIT" | "ERROR" | "SYSTEM";

export interface LogEntry {
  level: LogLevel;
  category: LogCategory;
  /** What was attempted, as `noun.verb`: `webhook.verify`. */
  action: string;
  result: "SUCCESS" | "FAILURE" | "DENIED" | "IGNORED";
  community?: number | string | undefined;
  /** A platform user key, never a display name. */
  user?: string | undefined;
  correlationId?: string | undefined;
  requestId?: string | undefined;
  durationMs?: number | undefined;
  /** Facts; masked by name and look, cut at 1 KB a field. */
  details?: Record<string, unknown> | undefined;
}

export type Log = (entry: LogEntry) => void;

export interface LogRecord extends LogEntry {
  timestamp: string;
  module: string;
  version: string;
}

export interface LogSource {
  module: string;
  version: string;
  now?: () => number;
  write?: (line: string) => void;
}

/** One JSON line for each thing that happened. JSON escapes control characters, so no name can forge a line. */
export function makeLog({ module, version, now = Date.now, write = console.log }: LogSource): Log {
  return (entry) => {
    const record = { timestamp: new Date(now()).toISOString(), module, version, ...entry };
    write(JSON.stringify(redact(record)));
  };
}

/** The brief's one-line format for sinks that keep text: `[time] LEVEL module:version TYPE community=… …`. */
export function formatAaaLine(record: LogRecord): string {
  const field = (value: unknown) => String(value ?? "-").replace(/[\s\p{Cc}=]+/gu, "_");
  return (
    `[${record.timestamp}] ${record.level} ${field(record.module)}:${field(record.version)} ${record.category}` +
    ` community=${field(record.community)} user=${field(record.user)}` +
    ` action=${field(record.action)} result=${record.result}`
  );
}
