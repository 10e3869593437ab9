import type { Context, Hono } from "hono";
import type { ApiBindings } from "#workers/api/bindings";

/** How a request passes the whole API again, under another path. */
export type PassOn = (c: Context<ApiBindings>, path: string) => Response | Promise<Response>;

/** For an alias whose answer must be that of the route itself, key check and limits included. */
export function passOnTo(app: Pick<Hono<ApiBindings>, "fetch">): PassOn {
  return (c, path) => {
    const { search } = new URL(c.req.url);
    const request = new Request(new URL(path + search, c.req.url), c.req.raw);
    request.headers.set("x-correlation-id", c.get("correlationId"));
    return app.fetch(request, c.env, c.executionCtx);
  };
}
