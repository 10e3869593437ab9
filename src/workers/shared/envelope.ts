import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { z } from "zod";
import { outcomeStatus, type Refusal } from "#contracts/outcome";
import type { Log } from "#lib/log";

/** One bad field of a request body: its path and what is wrong, bound included. */
export interface FieldProblem {
  field: string;
  message: string;
}

/** The v1 reply envelope (00-index). */
export function success<T>(c: Context, data: T, status: ContentfulStatusCode = 200) {
  return c.json({ success: true as const, data, timestamp: new Date().toISOString() }, status);
}

export function failure(
  c: Context,
  status: ContentfulStatusCode,
  message: string,
  details?: readonly FieldProblem[],
) {
  const error = {
    message,
    code: `ERROR_${status}`,
    timestamp: new Date().toISOString(),
    ...(details ? { details } : {}),
  };
  return c.json({ success: false as const, error }, status);
}

export function failureOf(c: Context, refusal: Refusal) {
  if (refusal.retryAfterMs !== undefined)
    c.header("retry-after", String(Math.ceil(refusal.retryAfterMs / 1000)));
  return failure(c, outcomeStatus[refusal.code], refusal.message ?? refusal.code);
}

export function problemsOf(error: z.ZodError): FieldProblem[] {
  return error.issues.map((issue) => ({ field: issue.path.join(".") || "(body)", message: issue.message }));
}

/** A bug's stack goes to the log, never to the caller. */
export function onError(log: Log) {
  return (error: Error, c: Context) => {
    if (error instanceof HTTPException)
      return failure(c, error.status as ContentfulStatusCode, error.message);
    const { correlationId, requestId } = c.var as { correlationId?: string; requestId?: string };
    log({
      level: "ERROR",
      category: "ERROR",
      action: "request.handle",
      result: "FAILURE",
      correlationId,
      requestId,
      details: { error },
    });
    return failure(c, 500, "Something went wrong on our side.");
  };
}
