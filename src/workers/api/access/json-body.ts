import type { MiddlewareHandler } from "hono";
import { findJsonProblem, findShapeProblem } from "#workers/api/access/json-problems";
import type { ApiBindings } from "#workers/api/bindings";
import { readBody } from "#workers/shared/body";
import { failure } from "#workers/shared/envelope";

/** 50-admin §1.40. */
export const maxApiBodyBytes = 10 * 1024 * 1024;

/**
 * Lets only JSON through that the house can hold: at most 10 MB, well formed, not too deep, text that Postgres
 * can store, no key that means something to an object. Asked after who calls, before a route sees the body.
 */
export const withJsonBody: MiddlewareHandler<ApiBindings> = async function withJsonBody(c, next) {
  if (c.req.method === "GET" || c.req.method === "HEAD") return next();
  const bytes = await readBody(c.req.raw, maxApiBodyBytes);
  if (!bytes)
    return failure(c, 413, "The body is larger than 10 MB.", [{ field: "(body)", message: "At most 10 MB" }]);
  const headers = new Headers(c.req.raw.headers);
  if (bytes.length > 0) {
    const type = (headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
    if (type !== "application/json") return failure(c, 415, "The body must be application/json.");
    const problem = findShapeProblem(bytes) ?? findJsonProblem(bytes);
    if (problem)
      return failure(c, problem.isTooLarge ? 413 : 400, "The request is not valid.", [problem.problem]);
  } else headers.delete("content-type"); // No body is no JSON either; a route that needs one names its missing fields.
  const { url, method } = c.req.raw;
  c.req.raw = new Request(url, { method, headers, body: bytes.length > 0 ? bytes : null });
  return next();
};
