import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeBrowser } from "#test/fakes/api-browser";
import { type ApiInNode, startApiInNode } from "#test/fakes/api-in-node";
import { anAddress, anIp, csrfOf, goodPassword, registerAs } from "#test/fakes/registered-browser";

let api: ApiInNode;
beforeAll(async () => {
  api = await startApiInNode();
});
afterAll(() => api?.close());

const cookieName = "__Host-waddlebot";
const login = (
  email: string,
  password: string,
  headers: Record<string, string> = anIp(),
  browser = makeBrowser(api),
) => browser.post("/api/v1/auth/login", { email, password }, headers);

test("HUB-2 a wrong password five times is 401 each, then 429, though it be the right one", async () => {
  const { email } = await registerAs(api);
  const here = anIp();
  for (let n = 0; n < 5; n++) expect((await login(email, "Wrong-1-word", here)).status).toBe(401);
  const sixth = await login(email, goodPassword, here);
  expect(sixth.status).toBe(429);
  expect(Number(sixth.headers.get("retry-after"))).toBeGreaterThan(0);
});

test("guesses at many accounts from one address end too, and those at one account from many", {
  timeout: 120_000,
}, async () => {
  const here = anIp();
  const statuses: number[] = [];
  for (let n = 0; n < 31; n++) statuses.push((await login(anAddress(), "Wrong-1-word", here)).status);
  expect(statuses.slice(0, 30)).toEqual(Array.from({ length: 30 }, () => 401));
  expect(statuses[30]).toBe(429);
  const email = anAddress();
  const spread: number[] = [];
  for (let n = 0; n < 31; n++) spread.push((await login(email, "Wrong-1-word")).status);
  expect([spread[29], spread[30]]).toEqual([401, 429]);
});

test("a stranger's guesses lock nobody out: a browser that was signed in before still gets in", {
  timeout: 120_000,
}, async () => {
  const browser = await registerAs(api);
  for (let n = 0; n < 31; n++) await login(browser.email, "Wrong-1-word");
  expect((await login(browser.email, goodPassword)).status).toBe(429);
  expect((await login(browser.email, goodPassword, anIp(), browser)).status).toBe(200);
  // The mark is good for this account alone, and cannot be made up.
  const other = await registerAs(api);
  expect((await login(browser.email, goodPassword, anIp(), other)).status).toBe(429);
  other.cookies.set("__Host-waddlebot-known", `${"A".repeat(43)}.${"0".repeat(64)}`);
  expect((await login(browser.email, goodPassword, anIp(), other)).status).toBe(429);
});

test("an unknown address, a wrong password and a person who is switched off are answered alike", async () => {
  const [known, off] = [await registerAs(api), await registerAs(api)];
  await api.database.db.execute(sql`UPDATE hub_users SET is_active = false WHERE email = ${off.email}`);
  const answers = [
    await login(known.email, "Wrong-1-word"),
    await login(anAddress(), goodPassword),
    await login(off.email, goodPassword),
  ];
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
  const texts = await Promise.all(answers.map(async (answer) => JSON.stringify(await answer.json())));
  expect(new Set(texts.map((text) => text.replace(/"timestamp":"[^"]+"/, ""))).size).toBe(1);
});

describe("a session that a password opens", () => {
  test("is new each time, whatever the browser brought, and the one it had is over", async () => {
    const browser = await registerAs(api);
    const held = browser.cookies.get(cookieName) ?? "";
    const planted = makeBrowser(api);
    planted.cookies.set(cookieName, "A".repeat(43));
    expect((await login(browser.email, goodPassword, anIp(), planted)).status).toBe(200);
    expect(planted.cookies.get(cookieName)).not.toBe("A".repeat(43));
    expect((await login(browser.email, goodPassword, anIp(), browser)).status).toBe(200);
    expect(browser.cookies.get(cookieName)).not.toBe(held);
    const old = await makeBrowser(api).get("/api/v1/auth/me", { cookie: `${cookieName}=${held}` });
    expect(old.status).toBe(401);
  });

  test("HUB-6 threat 16 is opened by our own page alone", async () => {
    const { email } = await registerAs(api);
    for (const forged of [
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { origin: "https://evil.example" },
      { origin: "null" },
    ]) {
      const browser = makeBrowser(api);
      const answer = await login(email, goodPassword, { ...anIp(), ...forged }, browser);
      expect([answer.status, browser.cookies.has(cookieName)]).toEqual([403, false]);
    }
    const form = await api.fetch(
      new Request(`${api.origin}/api/v1/auth/login`, {
        method: "POST",
        headers: { "content-type": "text/plain", ...anIp() },
        body: JSON.stringify({ email, password: goodPassword }),
      }),
    );
    expect(form.status).toBe(415);
  });
});

describe("a password changes", () => {
  test("with the old one and the page's token; every other browser is out, this one goes on", async () => {
    const [browser, other] = [await registerAs(api), makeBrowser(api)];
    const { email, csrf } = browser;
    await login(email, goodPassword, anIp(), other);
    const next = "Geese-like-3-honk";
    const change = (current_password: string, headers: Record<string, string>) =>
      browser.post(
        "/api/v1/auth/password",
        { current_password, new_password: next },
        { ...anIp(), ...headers },
      );
    expect((await change(goodPassword, {})).status).toBe(403);
    expect((await change("Wrong-1-word", { "x-csrf-token": csrf })).status).toBe(403);
    const held = browser.cookies.get(cookieName);
    expect((await change(goodPassword, { "x-csrf-token": csrf })).status).toBe(200);
    expect(browser.cookies.get(cookieName)).not.toBe(held);
    expect((await browser.get("/api/v1/auth/me")).status).toBe(200);
    expect((await other.get("/api/v1/auth/me")).status).toBe(401);
    expect((await login(email, goodPassword)).status).toBe(401);
    expect((await login(email, next)).status).toBe(200);
    expect(api.mails.lastTo(email).subject).toBe("Your password was changed");
  });

  test("by the link of a mail, once; whoever was signed in is out, and nobody is signed in by the link", async () => {
    const browser = await registerAs(api);
    const { email } = browser;
    await makeBrowser(api).post("/api/v1/auth/password/forgotten", { email }, anIp());
    const token = api.mails.tokenTo(email);
    const next = "Swans-like-4-hiss";
    const reset = () => {
      const visitor = makeBrowser(api);
      const json = { token, new_password: next };
      return visitor
        .post("/api/v1/auth/password/reset", json, anIp())
        .then((answer) => ({ answer, visitor }));
    };
    const [first, second] = await Promise.all([reset(), reset()]);
    expect([first.answer.status, second.answer.status].sort()).toEqual([200, 400]);
    expect(first.visitor.cookies.has(cookieName)).toBe(false);
    expect((await browser.get("/api/v1/auth/me")).status).toBe(401);
    expect([(await login(email, goodPassword)).status, (await login(email, next)).status]).toEqual([
      401, 200,
    ]);
  });

  test("an old link is not good, and neither is one of somebody who has changed it meanwhile", async () => {
    const browser = await registerAs(api);
    const { email } = browser;
    const reset = () => ({ token: api.mails.tokenTo(email), new_password: "Coots-like-5-dive" });
    await browser.post("/api/v1/auth/password/forgotten", { email }, anIp());
    const first = reset();
    await api.database.db.execute(
      sql`UPDATE hub_password_resets SET expires_at = now() - interval '1 second'`,
    );
    expect((await browser.post("/api/v1/auth/password/reset", first, anIp())).status).toBe(400);
    await browser.post("/api/v1/auth/password/forgotten", { email }, anIp());
    const second = reset();
    const json = { current_password: goodPassword, new_password: "Coots-like-6-dive" };
    const changed = await browser.post("/api/v1/auth/password", json, {
      ...anIp(),
      "x-csrf-token": browser.csrf,
    });
    expect(changed.status).toBe(200);
    expect((await browser.post("/api/v1/auth/password/reset", second, anIp())).status).toBe(400);
    expect(await csrfOf(browser)).toMatch(/^[0-9a-f]{64}$/);
  });
});

test("somebody without a password, and a key, change none", async () => {
  const key = await api.fetch(
    new Request(`${api.origin}/api/v1/auth/password`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-api-key": api.serviceApiKey },
      body: JSON.stringify({ current_password: "x", new_password: goodPassword }),
    }),
  );
  expect(key.status).toBe(401);
});
