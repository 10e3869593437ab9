import type { MiddlewareHandler } from "hono";
import { correlationOfTrace, parseTraceparent } from "#lib/trace";

/** What every request carries through every Worker (60-infrastructure §1.59). */
export interface RequestIds {
  correlationId: string;
  requestId: string;
}

export interface CorrelatedVariables {
  Variables: RequestIds;
}

/** A trace that somebody else began goes on under its own id; its form is that of a UUID. */
function newChain(traceparent: string | undefined): string {
  const trace = parseTraceparent(traceparent);
  return trace ? correlationOfTrace(trace.traceId) : crypto.randomUUID();
}

const acceptable = /^[\w.-]{1,64}$/;

/** A chain's id is taken over when it is well formed; anything else is replaced. The request's own id is always new. */
export const withCorrelation: MiddlewareHandler<CorrelatedVariables> = async function withCorrelation(
  c,
  next,
) {
  const given = c.req.header("x-correlation-id") ?? "";
  const correlationId = acceptable.test(given) ? given : newChain(c.req.header("traceparent"));
  const requestId = crypto.randomUUID();
  c.set("correlationId", correlationId);
  c.set("requestId", requestId);
  await next();
  if (c.res.status === 101) return;
  c.header("x-correlation-id", correlationId);
  c.header("x-request-id", requestId);
};
