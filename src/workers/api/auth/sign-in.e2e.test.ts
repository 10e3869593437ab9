import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { type Stack, startStack } from "#test/e2e/stack";
import { signInAs } from "#test/fakes/api-browser";

let database: TestDatabase;
let stack: Stack;
beforeAll(async () => {
  database = await openTestDatabase();
  stack = await startStack({ databaseUrl: database.url, databaseEndpoint: database.endpoint });
});
afterAll(async () => {
  await stack?.close();
  await database?.close();
});

test("HBR-2 in the house as it runs: signed in by each platform, known to other routes, and out for good", async () => {
  const house = { origin: stack.url.origin, fetch: (request: Request) => fetch(request) };
  for (const provider of ["twitch", "discord", "slack"]) {
    const browser = await signInAs(house, "pia", provider);
    const held = { cookie: [...browser.cookies].map((pair) => pair.join("=")).join("; ") };
    expect((await browser.get("/api/v1/communities")).status).toBe(200);
    expect((await browser.post("/api/v1/auth/logout")).status).toBe(403);
    const out = await browser.post("/api/v1/auth/logout", undefined, { "x-csrf-token": browser.csrf });
    expect(out.status).toBe(200);
    expect((await browser.get("/api/v1/auth/me", held)).status).toBe(401);
  }
});
