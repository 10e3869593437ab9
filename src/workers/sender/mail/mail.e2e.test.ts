import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { eventually, type Stack, startStack } from "#test/e2e/stack";
import { makeBrowser } from "#test/fakes/api-browser";

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

test("in the house as it runs: a new account by mail over SMTP, in and out again, and no log knows of it", async () => {
  const house = { origin: stack.url.origin, fetch: (request: Request) => fetch(request) };
  const browser = makeBrowser(house);
  const [email, password] = ["ada@pond.example", "Ducks-like-2-waddle"];
  const asked = await browser.post("/api/v1/auth/register", { email, password, display_name: "Ada" });
  expect(asked.status).toBe(200);
  const [mail] = await eventually(
    () => stack.simulators.mailbox.mails(),
    (mails) => mails.length > 0,
    60_000,
  );
  expect(mail).toMatchObject({ to: email, subject: "Confirm your mail address" });
  const [, token = ""] = /\/sign-in\/verify#([\w-]{43})/.exec(mail?.text ?? "") ?? [];
  const verified = await browser.post("/api/v1/auth/verify-email", { token, password });
  expect(await verified.json()).toMatchObject({ data: { stage: "full" } });
  const again = makeBrowser(house);
  expect((await again.post("/api/v1/auth/login", { email, password })).status).toBe(200);
  expect(await (await again.get("/api/v1/auth/me")).json()).toMatchObject({ data: { user: { email } } });
  const logs = JSON.stringify(stack.logs);
  expect(logs).toContain("mail.send");
  for (const secret of [token, password, email]) expect(logs).not.toContain(secret);
});
