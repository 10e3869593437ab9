import { env } from "cloudflare:test";
import { Hono, type MiddlewareHandler } from "hono";
import { expect, test } from "vitest";
import type { RateLimiterService } from "#durable-objects/rate-limiter/take-all";
import { withLimit } from "#workers/api/access/limit";
import type { ApiBindings, Principal } from "#workers/api/bindings";

const aPrincipal = (id: string): Principal => ({
  kind: "key",
  id,
  roles: ["user"],
  scopes: [],
  communityId: null,
});

/** An app of one route for reading and one for writing, each with a limit of its own, called by whom the header says. */
function anApp(limit: MiddlewareHandler<ApiBindings>) {
  const app = new Hono<ApiBindings>();
  app.use(async (c, next) => {
    c.set("principal", aPrincipal(c.req.header("x-caller") ?? "nobody"));
    await next();
  });
  app.get("/things/:id", limit, (c) => c.text("read"));
  app.post("/things/:id", limit, (c) => c.text("written"));
  return app;
}

const call = async (
  app: ReturnType<typeof anApp>,
  limiter: object,
  { caller, method = "GET", id = "1" }: { caller: string; method?: string; id?: string },
) => app.request(`/things/${id}`, { method, headers: { "x-caller": caller } }, limiter);

test("LIB-3 of a route declared with 30 a minute the 31st call is refused, for that caller and that route only", async () => {
  const app = anApp(withLimit({ perMinute: 30 }));
  for (let count = 0; count < 30; count++) {
    const answer = await call(app, env, { caller: "ada", id: String(count) });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("x-ratelimit-remaining")).toBe(String(29 - count));
  }
  const refused = await call(app, env, { caller: "ada" });
  expect(refused.status).toBe(429);
  expect(refused.headers.get("x-ratelimit-limit")).toBe("30");
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await call(app, env, { caller: "ada", method: "POST" })).status).toBe(200);
  expect((await call(app, env, { caller: "bob" })).status).toBe(200);
});

test("LIB-3 of two limits of one call the tighter is shown, and both hold", async () => {
  const app = new Hono<ApiBindings>();
  app.use(async (c, next) => {
    c.set("principal", aPrincipal("cleo"));
    await next();
  });
  app.get("/wide/*", withLimit({ perMinute: 50 }));
  app.get("/wide/narrow", withLimit({ perMinute: 2 }), (c) => c.text("ok"));
  const answers = [];
  for (let count = 0; count < 3; count++) answers.push(await app.request("/wide/narrow", {}, env));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
  expect(answers.map(({ headers }) => headers.get("x-ratelimit-remaining"))).toEqual(["1", "0", "0"]);
});

const away = (take: RateLimiterService["take"]) => ({
  RATE_LIMITER: { idFromName: (name: string) => name, get: () => ({ take }) },
});

test.each([
  [
    "it throws",
    async () => {
      throw new Error("away");
    },
  ],
  ["it does not answer", () => new Promise<never>(() => undefined)],
])("RLM-5 without the limiter (%s) reads pass and writes wait", async (_, take) => {
  const app = anApp(withLimit({ perMinute: 1 }));
  expect((await call(app, away(take), { caller: "dora" })).status).toBe(200);
  const write = await call(app, away(take), { caller: "dora", method: "POST" });
  expect(write.status).toBe(503);
  expect(write.headers.get("retry-after")).toBe("5");
});
