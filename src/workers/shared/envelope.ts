import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import * as z from "zod";
import { outcomeStatus, type Refusal } from "#contracts/outcome";
import type { Log } from "#lib/log";

/** One bad field of a request body: its path and what is wrong, bound included. */
export interface FieldProblem {
  field: string;
  message: string;
}

/** The v1 reply envelope (00-index). */
export function success<T>(c: Context, data: T) {
  return c.json({ success: true as const, data, timestamp: new Date().toISOString() }, 200);
}

/** The same for something that is new now. */
export function created<T>(c: Context, data: T) {
  return c.json({ success: true as const, data, timestamp: new Date().toISOString() }, 201);
}

export function failure<S extends ContentfulStatusCode>(
  c: Context,
  status: S,
  message: string,
  details?: FieldProblem[],
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
  return error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code !== "unrecognized_keys")
      return [{ field: path.join(".") || "(body)", message: issue.message }];
    return issue.keys.map((key) => ({ field: [...path, key].join("."), message: "There is no such field" }));
  });
}

const ids = z.object({ correlationId: z.string().optional(), requestId: z.string().optional() });

/** A bug's stack goes to the log, never to the caller. */
export function onError(log: Log) {
  return (error: Error, c: Context) => {
    if (error instanceof HTTPException)
      return failure(c, error.status as ContentfulStatusCode, error.message);
    const { correlationId, requestId } = ids.parse(c.var);
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
