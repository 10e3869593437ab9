import { OpenAPIHono } from "@hono/zod-openapi";
import type { ApiBindings } from "#workers/api/bindings";
import { failure, problemsOf } from "#workers/shared/envelope";

/** A group of routes. What fails its schema is answered 400 with every bad field named. */
export function makeRoutes() {
  return new OpenAPIHono<ApiBindings>({
    defaultHook: (result, c) => {
      if (result.success) return undefined;
      return failure(c, 400, "The request is not valid.", problemsOf(result.error));
    },
  });
}
