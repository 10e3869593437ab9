import { afterAll, beforeAll, expect, test } from "vitest";
import { type ApiStack, startApiStack } from "#test/e2e/api-stack";

let stack: ApiStack;
beforeAll(async () => {
  // Nobody listens there: the database is away from the first moment on.
  stack = await startApiStack({ DATABASE_HTTP_ENDPOINT: "http://127.0.0.1:9/sql" });
});
afterAll(async () => stack?.close());

test("SCL-4 the router's health is 503 while its database is away, on both paths and without a key", async () => {
  for (const path of ["/api/v1/router/health", "/router/health"]) {
    expect(await stack.call(path)).toMatchObject({
      status: 503,
      body: { success: false, error: { code: "ERROR_503", message: "The database is unreachable." } },
    });
  }
});
