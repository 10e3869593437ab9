import { sign } from "hono/jwt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ApiStack, startApiStack } from "#test/e2e/api-stack";

const exampleSecret = "change-me-in-production";

let stack: ApiStack;
beforeAll(async () => {
  stack = await startApiStack({ JWT_SECRET: exampleSecret, SERVICE_API_KEY: "", BROKER_API_KEY: "" });
});
afterAll(async () => stack?.close());

test("HRD-1 with the example's JWT secret every token is refused, and the log says which variable", async () => {
  const iat = Math.floor(Date.now() / 1000);
  const claims = {
    sub: "1",
    username: "x",
    email: "x@example.org",
    roles: ["admin"],
    iat,
    exp: iat + 60,
    type: "access",
  };
  const token = await sign(claims, exampleSecret, "HS256");
  const answer = await stack.call("/api/v1/keys", { headers: { authorization: `Bearer ${token}` } });
  expect(answer.status).toBe(401);
  expect(stack.logs.map(({ message }) => message).join("\n")).toContain(
    "JWT_SECRET is the one of the example file",
  );
  expect(answer.text).not.toContain("JWT_SECRET");
});

test("HRD-2 with no service key set nobody is a service, least of all with an empty key", async () => {
  for (const key of ["", " ", "undefined", "null"]) {
    const answer = await stack.call("/api/v1/keys", { headers: { "x-api-key": key } });
    expect(answer.status).toBe(401);
  }
});

test("BRK-1 with no broker key set every key is refused with 401", async () => {
  for (const key of ["", "x", "undefined"]) {
    const answer = await stack.call("/api/broker/v1/super-admins", { headers: { "x-broker-key": key } });
    expect(answer.status).toBe(401);
  }
});
