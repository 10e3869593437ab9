import type { MeterPost } from "#durable-objects/metrics/meter-post";
import type { Log, LogEntry } from "#lib/log";

/** What a channel writes into the log that somebody must be woken for; the names are labels, so the list is closed. */
const troubles = new Set(["channel.flush", "channel.drain", "channel.wake", "inbox.accept", "outbox.send"]);

/** The same log, which counts besides: a figure can raise an alert, a line cannot. */
export function withTroubleCounted(log: Log, meter: Pick<MeterPost, "count">): Log {
  return (entry) => {
    log(entry);
    if (isTrouble(entry))
      meter.count("waddlebot_errors_total", { error_type: entry.action, severity: "critical" });
  };
}

function isTrouble({ action, result }: LogEntry): boolean {
  return troubles.has(action) && (result === "FAILURE" || result === "DENIED");
}
