import { sql } from "drizzle-orm";
import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { type Browser, consentAs, dataOf, makeBrowser, signInAs } from "#test/fakes/api-browser";
import { type ApiInNode, startApiInNode } from "#test/fakes/api-in-node";
import { anIp, csrfOf, goodPassword, registerAs } from "#test/fakes/registered-browser";
import { findPlainSecrets } from "#test/suites/plain-secrets";

let api: ApiInNode;
beforeAll(async () => {
  api = await startApiInNode();
});
afterAll(() => api?.close());

const stepMs = 30_000;
const codeAt = (secret: string, steps = 0) =>
  new TOTP({ secret: Secret.fromBase32(secret), period: 30 }).generate({
    timestamp: Date.now() + steps * stepMs,
  });
const post = async (browser: Browser, path: string, body: object, csrf?: string) =>
  browser.post(`/api/v1/auth/${path}`, body, {
    ...anIp(),
    "x-csrf-token": csrf ?? (await stageOf(browser)).csrfToken,
  });
const stages = z.object({ stage: z.string(), csrfToken: z.string() });
const stageOf = async (browser: Browser) => dataOf(await browser.get("/api/v1/auth/stage"), stages);
const login = async (email: string) => {
  const browser = makeBrowser(api);
  const answer = await browser.post("/api/v1/auth/login", { email, password: goodPassword }, anIp());
  return { browser, body: await answer.json() };
};

/** Somebody with a password and a second factor, whose codes up to the present step are used. */
async function withFactor() {
  const browser = await registerAs(api);
  const begun = await post(browser, "totp", { password: goodPassword });
  const { secret, uri } = await dataOf(begun, z.object({ secret: z.string(), uri: z.string() }));
  // A step back, so that the present code is still to come.
  const confirmed = await post(browser, "totp/confirm", { code: codeAt(secret, -1) });
  const { recovery_codes: codes } = await dataOf(
    confirmed,
    z.object({ recovery_codes: z.array(z.string()) }),
  );
  return { browser, secret, uri, codes, email: browser.email };
}

describe("a second factor", () => {
  test("is begun with the password, on with its first code, and asked for at the next sign-in; then the session is another", async () => {
    const { browser, secret, uri, codes, email } = await withFactor();
    expect(uri).toMatch(/^otpauth:\/\/totp\/WaddleBot:.*[?&]secret=/);
    expect(new Set(codes).size).toBe(10);
    expect(
      await findPlainSecrets(api.database.db, [
        secret,
        ...codes,
        ...codes.map((code) => code.replaceAll("-", "")),
      ]),
    ).toEqual([]);
    const { browser: next, body } = await login(email);
    expect(body).toMatchObject({ data: { stage: "code" } });
    for (const closed of ["auth/me", "auth/security", "communities", "identity/mine"])
      expect((await next.get(`/api/v1/${closed}`)).status, closed).toBe(401);
    const held = next.cookies.get("__Host-waddlebot");
    expect((await post(next, "totp/verify", { code: codeAt(secret) })).status).toBe(200);
    expect(next.cookies.get("__Host-waddlebot")).not.toBe(held);
    expect((await next.get("/api/v1/auth/me")).status).toBe(200);
    const old = await makeBrowser(api).get("/api/v1/auth/stage", { cookie: `__Host-waddlebot=${held}` });
    expect(old.status).toBe(401);
    expect((await browser.get("/api/v1/auth/me")).status).toBe(200);
  });

  test("a code opens once, also where two show it at the same moment, and none before it does", async () => {
    const { secret, email } = await withFactor();
    const [one, two] = [(await login(email)).browser, (await login(email)).browser];
    const code = codeAt(secret);
    const tokens = await Promise.all([stageOf(one), stageOf(two)]);
    const answers = await Promise.all([
      post(one, "totp/verify", { code }, tokens[0].csrfToken),
      post(two, "totp/verify", { code }, tokens[1].csrfToken),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
    const { browser } = await login(email);
    expect((await post(browser, "totp/verify", { code })).status).toBe(403);
    expect((await post(browser, "totp/verify", { code: codeAt(secret, -1) })).status).toBe(403);
  });

  test("a clock may be a step ahead, and no more", async () => {
    const { secret, email } = await withFactor();
    const { browser } = await login(email);
    expect((await post(browser, "totp/verify", { code: codeAt(secret, 3) })).status).toBe(403);
    expect((await post(browser, "totp/verify", { code: codeAt(secret, 1) })).status).toBe(200);
  });

  test("a recovery code opens once, however it is typed", async () => {
    const { codes, email } = await withFactor();
    const typed = (codes[0] ?? "").toUpperCase().replaceAll("-", " ");
    const first = (await login(email)).browser;
    expect((await post(first, "totp/verify", { code: typed })).status).toBe(200);
    const second = (await login(email)).browser;
    expect((await post(second, "totp/verify", { code: typed })).status).toBe(403);
    expect(await (await first.get("/api/v1/auth/security")).json()).toMatchObject({
      data: { second_factor: { is_on: true, recovery_codes_left: 9 } },
    });
  });

  test("guesses end: after ten an hour the right one is not looked at either", async () => {
    const { secret, email } = await withFactor();
    const { browser } = await login(email);
    const statuses: number[] = [];
    for (let n = 0; n < 7; n++)
      statuses.push((await post(browser, "totp/verify", { code: "000000" })).status);
    expect(statuses.filter((status) => status === 403).length).toBeLessThanOrEqual(5);
    expect(statuses.at(-1)).toBe(429);
    expect((await post(browser, "totp/verify", { code: codeAt(secret) })).status).toBe(429);
  });

  test("is taken away with a code of its own and not without, and cannot be begun over the one that is on", async () => {
    const { browser, secret, email } = await withFactor();
    expect((await post(browser, "totp", { password: goodPassword })).status).toBe(409);
    expect((await post(browser, "totp/remove", { code: "000000" })).status).toBe(403);
    expect((await post(browser, "totp/remove", { code: codeAt(secret) })).status).toBe(200);
    expect((await login(email)).body).toMatchObject({ data: { stage: "full" } });
  });

  test("is not begun by whoever only sits at the browser, nor by a forged request", async () => {
    const browser = await registerAs(api);
    expect((await post(browser, "totp", {})).status).toBe(403);
    expect((await post(browser, "totp", { password: "Wrong-1-word" })).status).toBe(403);
    expect((await post(browser, "totp", { password: goodPassword }, "0".repeat(64))).status).toBe(403);
  });

  test("is asked for after a platform's sign-in too, on a page of ours", async () => {
    const person = await signInAs(api, "zoe", "discord");
    const begun = await post(person, "totp", {}, person.csrf);
    const { secret } = await dataOf(begun, z.object({ secret: z.string() }));
    expect((await post(person, "totp/confirm", { code: codeAt(secret, -1) }, person.csrf)).status).toBe(200);
    const again = makeBrowser(api);
    const back = await again.get(await consentAs(again, "discord", "zoe", "/c/demo"));
    expect(back.headers.get("location")).toBe("/sign-in/code?return=%2Fc%2Fdemo");
    expect((await again.get("/api/v1/auth/me")).status).toBe(401);
    expect((await post(again, "totp/verify", { code: codeAt(secret) })).status).toBe(200);
    expect((await again.get("/api/v1/auth/me")).status).toBe(200);
  });

  test("P11 without its key, or with a secret that was moved to somebody else, nobody gets in by it", async () => {
    const [one, two] = [await withFactor(), await withFactor()];
    await api.database.db.execute(sql`
      UPDATE hub_totp t SET secret = o.secret FROM hub_totp o, hub_users a, hub_users b
      WHERE a.email = ${one.email} AND b.email = ${two.email} AND t.hub_user_id = a.id AND o.hub_user_id = b.id`);
    const { browser } = await login(one.email);
    expect((await post(browser, "totp/verify", { code: codeAt(two.secret) })).status).toBe(403);
    const keyless = await startApiInNode({ FACTOR_ENCRYPTION_KEYS: "" });
    try {
      const person = await registerAs(keyless);
      const headers = { ...anIp(), "x-csrf-token": await csrfOf(person) };
      expect((await person.post("/api/v1/auth/totp", { password: goodPassword }, headers)).status).toBe(503);
    } finally {
      await keyless.close();
    }
  });
});

test("HBR-2 where one is signed in is seen, and each browser can be signed out, one's own people's alone", async () => {
  const [browser, stranger] = [await registerAs(api), await registerAs(api)];
  const other = (await login(browser.email)).browser;
  const listed = z.object({ sessions: z.array(z.object({ id: z.string(), is_this: z.boolean() })) });
  const { sessions } = await dataOf(await browser.get("/api/v1/auth/security"), listed);
  expect(sessions.map(({ is_this }) => is_this).sort()).toEqual([false, true]);
  const theirs = sessions.find(({ is_this }) => !is_this)?.id ?? "";
  const end = (who: Browser & { csrf: string }, id: string) =>
    who.send("DELETE", `/api/v1/auth/sessions/${id}`, undefined, { "x-csrf-token": who.csrf });
  expect((await end(stranger, theirs)).status).toBe(404);
  expect((await other.get("/api/v1/auth/me")).status).toBe(200);
  expect((await end(browser, theirs)).status).toBe(200);
  expect((await other.get("/api/v1/auth/me")).status).toBe(401);
  const third = (await login(browser.email)).browser;
  const ended = await browser.post("/api/v1/auth/sessions/end-others", undefined, {
    "x-csrf-token": browser.csrf,
  });
  expect(await ended.json()).toMatchObject({ data: { ended: 1 } });
  expect((await third.get("/api/v1/auth/me")).status).toBe(401);
  expect((await browser.get("/api/v1/auth/me")).status).toBe(200);
});
