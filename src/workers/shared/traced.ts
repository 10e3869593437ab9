import type { MiddlewareHandler } from "hono";
import { parseTraceparent, requestSubject, type Span, spanIdOf, traceIdOf, traceparentOf } from "#lib/trace";
import { exportSpans, traceConfig, workerSinks } from "#lib/trace-export";
import type { CorrelatedVariables } from "#workers/shared/correlation";
import { inBackground } from "#workers/shared/in-background";

/** One span a request, the parent of all that follows from it (60-infrastructure §1.58). Behind `withCorrelation`. */
export function withTrace<E extends CorrelatedVariables & { Bindings: object }>(
  service: string,
): MiddlewareHandler<E> {
  return async function withTrace(c, next) {
    const config = traceConfig(c.env);
    if (config.exporter === "none") return next();
    const startMs = Date.now();
    await next();
    const correlationId = c.get("correlationId");
    const given = parseTraceparent(c.req.header("traceparent"));
    const subject = requestSubject(correlationId);
    const traceId = await traceIdOf(correlationId);
    const { status } = c.res;
    const span: Span = {
      traceId,
      spanId: await spanIdOf(subject),
      // A chain that kept its own id is another trace than the caller's; then the caller is no parent.
      parentId: given?.traceId === traceId ? given.spanId : undefined,
      service,
      name: `${c.req.method} request`,
      kind: "server",
      startMs,
      endMs: Date.now(),
      attributes: {
        "correlation.id": correlationId,
        "request.id": c.get("requestId"),
        "http.status": status,
      },
      ...(status >= 500 ? { error: `answered ${status}` } : {}),
    };
    if (status !== 101) c.header("traceparent", await traceparentOf(correlationId, subject));
    inBackground(c, exportSpans(config, [span], workerSinks));
  };
}
