import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { type Browser, dataOf, makeBrowser, signInAs } from "#test/fakes/api-browser";
import { type ApiInNode, startApiInNode } from "#test/fakes/api-in-node";
import { anAddress, anIp, csrfOf, goodPassword, registerAs } from "#test/fakes/registered-browser";
import { findPlainSecrets } from "#test/suites/plain-secrets";

let api: ApiInNode;
let owner: Awaited<ReturnType<typeof signInAs>>;
let path: string;
beforeAll(async () => {
  api = await startApiInNode();
  // The demo's owner runs the house too; here somebody is asked for who only owns.
  owner = await signInAs(api, "pia");
  await api.database.db.execute(sql`UPDATE hub_users SET is_super_admin = false`);
  const places = z.object({ communities: z.array(z.object({ id: z.int() })) });
  const { communities } = await dataOf(await owner.get("/api/v1/auth/me"), places);
  path = `/api/v1/communities/${communities[0]?.id}/portal-logins`;
});
afterAll(() => api?.close());

const add = (browser: Browser & { csrf: string }, email: string) =>
  browser.post(path, { email }, { "x-csrf-token": browser.csrf });
const passwordTo = (email: string) =>
  /: ([a-z2-9]{4}(?:-[a-z2-9]{4}){3})$/m.exec(api.mails.lastTo(email).text)?.[1] ?? "";
const login = (email: string, password: string, browser = makeBrowser(api)) =>
  browser.post("/api/v1/auth/login", { email, password }, anIp()).then((answer) => ({ answer, browser }));

test("COM-5 HUB-5 an owner gives a login: the mail's password opens once, to nothing but choosing another", async () => {
  const email = anAddress();
  const given = await add(owner, email);
  expect(given.status).toBe(201);
  const password = passwordTo(email);
  expect(JSON.stringify(await given.json())).not.toContain(password);
  expect(await findPlainSecrets(api.database.db, [password])).toEqual([]);
  const tries = await Promise.all([login(email, password), login(email, password)]);
  expect(tries.map(({ answer }) => answer.status).sort()).toEqual([200, 401]);
  const { browser, answer } = tries[0].answer.status === 200 ? tries[0] : tries[1];
  expect(await answer.json()).toMatchObject({ data: { stage: "password" } });
  expect(await (await browser.get("/api/v1/auth/me")).json()).toMatchObject({
    data: { user: { mustChangePassword: true }, communities: [] },
  });
  for (const closed of ["/api/v1/communities", "/api/v1/identity/mine", path])
    expect((await browser.get(closed)).status, closed).toBe(403);
  const csrf = await csrfOf(browser);
  const chosen = await browser.post(
    "/api/v1/auth/password",
    { new_password: goodPassword },
    { ...anIp(), "x-csrf-token": csrf },
  );
  expect(chosen.status).toBe(200);
  expect(await (await browser.get("/api/v1/auth/me")).json()).toMatchObject({
    data: { user: { mustChangePassword: false }, communities: [{ role: "member" }] },
  });
  expect((await login(email, password)).answer.status).toBe(401);
  expect((await login(email, goodPassword)).answer.status).toBe(200);
});

test("HUB-5 it is dead after 24 hours, and then may be given anew", async () => {
  const email = anAddress();
  await add(owner, email);
  const password = passwordTo(email);
  expect((await add(owner, email)).status).toBe(409);
  await api.database.db.execute(sql`
    UPDATE hub_passwords SET expires_at = expires_at - interval '24 hours'
    WHERE hub_user_id = (SELECT id FROM hub_users WHERE email = ${email})`);
  expect((await login(email, password)).answer.status).toBe(401);
  expect((await add(owner, email)).status).toBe(201);
  expect(passwordTo(email)).not.toBe(password);
  expect((await login(email, passwordTo(email))).answer.status).toBe(200);
});

test("COM-5 a moderator and a stranger give none, a bad address is named, and nobody is written to", async () => {
  const [moderator, stranger] = [await signInAs(api, "mo"), await registerAs(api)];
  const before = api.mails.asked;
  expect((await add(moderator, anAddress())).status).toBe(403);
  expect((await add(stranger, anAddress())).status).toBe(404);
  for (const email of ["nobody", "a@b.example\r\nBcc: c@d.example", "", "a@b"]) {
    const answer = await add(owner, email);
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { error: { details: [{ field: "email" }] } },
    ]);
  }
  expect(api.mails.asked).toBe(before);
});

test("whoever has an account keeps its password and gets access; the owner is told no difference", async () => {
  const known = await registerAs(api);
  const [old, fresh] = [await add(owner, known.email), await add(owner, anAddress())];
  const bare = async (answer: Response) =>
    JSON.stringify(await answer.json()).replace(/"timestamp":"[^"]+"/, "");
  expect([old.status, await bare(old)]).toEqual([fresh.status, await bare(fresh)]);
  expect(passwordTo(known.email)).toBe("");
  expect((await login(known.email, goodPassword)).answer.status).toBe(200);
  expect(await (await known.get("/api/v1/auth/me")).json()).toMatchObject({
    data: { communities: [{ role: "member" }] },
  });
});

test("a login whose mail could not be taken is taken back, and can be given again; one taken away opens nothing", async () => {
  const email = anAddress();
  api.mails.isAway = true;
  const away = await add(owner, email);
  api.mails.isAway = false;
  expect(away.status).toBe(503);
  expect((await add(owner, email)).status).toBe(201);
  const listed = z.object({
    logins: z.array(z.object({ user_id: z.int(), email: z.string(), state: z.string() })),
  });
  const { logins } = await dataOf(await owner.get(path), listed);
  const mine = logins.find((one) => one.email === email);
  expect(mine?.state).toBe("waiting");
  const gone = await owner.send("DELETE", `${path}/${mine?.user_id}`, undefined, {
    "x-csrf-token": owner.csrf,
  });
  expect(gone.status).toBe(200);
  expect((await login(email, passwordTo(email))).answer.status).toBe(401);
});
