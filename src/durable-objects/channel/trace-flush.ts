import type { Execution } from "#contracts/execution";
import { eventSubject, requestSubject, type Span, spanIdOf, traceIdOf } from "#lib/trace";

/** The spans of a flush: one for each event that led to something, and one for each module it called. */
export async function spansOf(executions: readonly Execution[]): Promise<Span[]> {
  return (await Promise.all(executions.map(spansOfOne))).flat();
}

async function spansOfOne(execution: Execution): Promise<Span[]> {
  const { correlationId, eventId, entityId, status, code, message, trigger, startedAt, finishedAt } =
    execution;
  const traceId = await traceIdOf(correlationId);
  const spanId = await spanIdOf(eventSubject(eventId));
  const common = { traceId, service: "channel" };
  const own: Span = {
    ...common,
    spanId,
    parentId: await spanIdOf(requestSubject(correlationId)),
    name: trigger.kind,
    kind: "internal",
    startMs: startedAt,
    endMs: finishedAt,
    attributes: { "correlation.id": correlationId, "event.id": eventId, "entity.id": entityId, status },
    ...(status === "failed" ? { error: message ?? code ?? "failed" } : {}),
  };
  const calls = execution.calls.map(
    async ({ key, module, handler, outcome, startedAt, finishedAt }): Promise<Span> => ({
      ...common,
      spanId: await spanIdOf(key),
      parentId: spanId,
      name: `${module}.${handler}`,
      kind: "client",
      startMs: startedAt,
      endMs: finishedAt,
      attributes: { "correlation.id": correlationId, module, outcome },
      // A module's own no is an answer; only what broke is an error.
      ...(failures.has(outcome) ? { error: outcome } : {}),
    }),
  );
  return [own, ...(await Promise.all(calls))];
}

const failures = new Set(["timeout", "unavailable", "unknown"]);
