import type { PlatformEvent } from "#contracts/event";
import type { Execution } from "#contracts/execution";
import { makeUserKey } from "#contracts/ids";
import type { Log } from "#lib/log";

const results = { success: "SUCCESS", refused: "DENIED", failed: "FAILURE" } as const;

/** One line for each event that led to something; plain chat is silent. */
export function logHandled(log: Log, event: PlatformEvent, execution: Execution): void {
  const { status, communityId, module, code, startedAt, finishedAt } = execution;
  if (status === "ignored") return;
  log({
    level: status === "failed" ? "ERROR" : "INFO",
    category: code === "forbidden" ? "AUTHZ" : "SYSTEM",
    action: "command.execute",
    result: results[status],
    community: communityId ?? undefined,
    user: makeUserKey(event.platform, event.user.id),
    correlationId: event.correlationId,
    durationMs: finishedAt - startedAt,
    details: { eventId: event.id, module, code },
  });
}

export function logDropped(log: Log, event: PlatformEvent, reason: string): void {
  log({
    level: "INFO",
    category: "SYSTEM",
    action: "event.handle",
    result: "IGNORED",
    correlationId: event.correlationId,
    details: { entityId: event.entityId, type: event.type, reason },
  });
}

export function logSessionLost(log: Log, event: PlatformEvent, error: unknown): void {
  log({
    level: "WARNING",
    category: "SYSTEM",
    action: "session.open",
    result: "FAILURE",
    correlationId: event.correlationId,
    details: { eventId: event.id, error },
  });
}
