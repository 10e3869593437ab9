import { expect, test } from "vitest";
import { answerHealth } from "#module-kit/health";

const manifest = { name: "core", version: "0.2.0" };
const now = Date.UTC(2026, 4, 1);
const timestamp = "2026-05-01T00:00:00.000Z";

function ask(path: string, checkDatabase: () => Promise<unknown>, method = "GET") {
  return answerHealth(new Request(`https://module.test${path}`, { method }), {
    manifest,
    now,
    checkDatabase,
  });
}
const works = async () => "1";
const fails = async () => {
  throw new Error("connection refused");
};

test("LIB-2 /health stays 200 without the database, /healthz is 503 and names it", async () => {
  const health = await ask("/health", fails);
  expect(health.status).toBe(200);
  expect(await health.json()).toEqual({ status: "healthy", module: "core", version: "0.2.0", timestamp });

  const healthz = await ask("/healthz", fails);
  expect(healthz.status).toBe(503);
  expect(await healthz.json()).toMatchObject({ status: "unhealthy", checks: { database: "failed" } });
});

test("/healthz is 200 while the database answers", async () => {
  const healthz = await ask("/healthz", works);
  expect(healthz.status).toBe(200);
  expect(await healthz.json()).toMatchObject({ status: "healthy", checks: { database: "ok" } });
});

test("anything else is not here", async () => {
  expect((await ask("/", works)).status).toBe(404);
  expect((await ask("/health", works, "POST")).status).toBe(404);
});
