import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeBrowser } from "#test/fakes/api-browser";
import { type ApiInNode, startApiInNode } from "#test/fakes/api-in-node";
import { anAddress, anIp, goodPassword, registerAs } from "#test/fakes/registered-browser";
import { findPlainSecrets } from "#test/suites/plain-secrets";

let api: ApiInNode;
beforeAll(async () => {
  api = await startApiInNode();
});
afterAll(() => api?.close());

const body = (email: string, password = goodPassword) => ({ email, password, display_name: "A Duck" });
const post = (path: string, json: unknown, headers: Record<string, string> = anIp()) =>
  makeBrowser(api).post(`/api/v1/auth/${path}`, json, headers);

async function count(table: string): Promise<number> {
  const { rows } = await api.database.db.execute(sql.raw(`SELECT count(*)::int AS n FROM ${table}`));
  return Number(rows[0]?.["n"]);
}

test("HUB-1 sign-up off, or a domain that is not on the list: 403 both, and nobody is written to", async () => {
  for (const vars of [{ SIGN_UP: "closed" }, { SIGN_UP_DOMAINS: "pond.example, lake.example" }]) {
    const house = await startApiInNode(vars);
    try {
      const browser = makeBrowser(house);
      const no = await browser.post("/api/v1/auth/register", body("a@sea.example"));
      expect(no.status).toBe(403);
      expect(house.mails.asked).toBe(0);
      const yes = await browser.post("/api/v1/auth/register", body("a@lake.example"));
      expect(yes.status).toBe("SIGN_UP" in vars ? 403 : 200);
      const suffix = await browser.post("/api/v1/auth/register", body("a@evil-lake.example"));
      expect(suffix.status).toBe(403);
    } finally {
      await house.close();
    }
  }
});

test("CMY-5 a mail, its link and the chosen password make an account that is in everybody's community", async () => {
  const email = anAddress();
  const users = await count("hub_users");
  expect((await post("register", body(email))).status).toBe(200);
  expect(await count("hub_users")).toBe(users);
  const token = api.mails.tokenTo(email);
  const browser = makeBrowser(api);
  const verified = await browser.post("/api/v1/auth/verify-email", { token, password: goodPassword }, anIp());
  expect([verified.status, await verified.json()]).toMatchObject([200, { data: { stage: "full" } }]);
  const me = await (await browser.get("/api/v1/auth/me")).json();
  expect(me).toMatchObject({ data: { user: { displayName: "A Duck", email, mustChangePassword: false } } });
  const { rows } = await api.database.db.execute(sql`
    SELECT m.community_id FROM hub_users u JOIN community_memberships m ON m.user_key = 'hub:' || u.id WHERE u.email = ${email}`);
  expect(rows).toEqual([{ community_id: 1 }]);
  const again = await post("verify-email", { token, password: goodPassword });
  expect(again.status).toBe(400);
});

test("whoever reads the mail but did not choose the password gets no account, and neither does who only chose it", async () => {
  const email = anAddress();
  await post("register", body(email));
  const token = api.mails.tokenTo(email);
  expect((await post("verify-email", { token, password: "Another-1" })).status).toBe(403);
  expect((await post("verify-email", { token: "A".repeat(43), password: goodPassword })).status).toBe(400);
  expect((await post("login", { email, password: goodPassword })).status).toBe(401);
  expect((await post("verify-email", { token, password: goodPassword })).status).toBe(200);
});

describe("an address tells nobody whether it has an account", () => {
  test("registering it again is answered word for word the same, with one mail too, and changes nothing", async () => {
    const { email } = await registerAs(api);
    const [known, unknown] = [await post("register", body(email)), await post("register", body(anAddress()))];
    const of = async (answer: Response) =>
      JSON.stringify(await answer.json()).replace(/"timestamp":"[^"]+"/, "");
    expect([known.status, await of(known)]).toEqual([unknown.status, await of(unknown)]);
    expect(api.mails.lastTo(email).subject).toBe("You have an account already");
    expect(api.mails.lastTo(email).text).not.toContain("#");
    expect((await post("login", { email, password: goodPassword })).status).toBe(200);
  });

  test("forgetting the password of one and of the other asks the outbox once each, and answers the same", async () => {
    const { email } = await registerAs(api);
    const asked = api.mails.asked;
    const answers = [
      await post("password/forgotten", { email }),
      await post("password/forgotten", { email: anAddress() }),
    ];
    const texts = await Promise.all(answers.map(async (answer) => JSON.stringify(await answer.json())));
    const plain = texts.map((text) => text.replace(/"timestamp":"[^"]+"/, ""));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(plain[0]).toBe(plain[1]);
    expect(api.mails.asked).toBe(asked + 2);
  });
});

test("no mail, no promise: while the outbox is away the answer says so, and asking again works", async () => {
  const email = anAddress();
  api.mails.isAway = true;
  const away = await post("register", body(email));
  api.mails.isAway = false;
  expect(away.status).toBe(503);
  expect((await post("register", body(email))).status).toBe(200);
});

test("HRD-5 threat 9 line breaks and markup in addresses and names come into no mail's head", async () => {
  const before = api.mails.sent.length;
  for (const email of [
    "a@b.example\r\nBcc: evil@x.example",
    "a@b.example\nSubject: x",
    "a b@c.example",
    "<a@b.example>",
    '"a"@b.example',
    "a@b",
    "a@@b.example",
    ".a@b.example",
    "a@b.example,evil@x.example",
    "ä@b.example",
    `${"a".repeat(65)}@b.example`,
  ])
    expect((await post("register", body(email))).status, email).toBe(400);
  for (const name of ["a\r\nBcc: evil@x.example", "\u202educk", "", " ", "a".repeat(65)]) {
    const answer = await post("register", { ...body(anAddress()), display_name: name });
    expect(answer.status, name).toBe(400);
  }
  expect(api.mails.sent).toHaveLength(before);
  const email = anAddress();
  const name = "<img src=x onerror=alert(1)> http://evil.example";
  expect((await post("register", { ...body(email), display_name: name })).status).toBe(200);
  expect(JSON.stringify(api.mails.lastTo(email))).not.toContain("evil.example");
});

test("IDF a new password has eight characters of four kinds, and none is long enough to keep us busy", async () => {
  for (const password of [
    "Ab1-567",
    "ab1-5678",
    "AB1-5678",
    "Abc-efgh",
    "Abc1efgh",
    `Ab1-${"x".repeat(125)}`,
  ]) {
    const answer = await post("register", body(anAddress(), password));
    expect([password, answer.status]).toEqual([password, 400]);
  }
  const long = await post("login", { email: anAddress(), password: "x".repeat(1_000_000) });
  expect(long.status).toBe(400);
});

test("neither a password nor the token of a mail stands in the database", async () => {
  const email = anAddress();
  await post("register", body(email));
  const register = api.mails.tokenTo(email);
  await post("verify-email", { token: register, password: goodPassword });
  await post("password/forgotten", { email });
  const reset = api.mails.tokenTo(email);
  expect(reset).not.toBe(register);
  expect(await findPlainSecrets(api.database.db, [goodPassword, register, reset])).toEqual([]);
});
