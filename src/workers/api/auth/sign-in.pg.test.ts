import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { consentAs, dataOf, makeBrowser, signInAs } from "#test/fakes/api-browser";
import { type ApiInNode, startApiInNode } from "#test/fakes/api-in-node";

const places = z.object({ communities: z.array(z.object({ id: z.int() })) });
const cookieName = "__Host-waddlebot";

let api: ApiInNode;
beforeAll(async () => {
  api = await startApiInNode();
});
afterAll(() => api?.close());

async function count(table: "hub_users" | "hub_sessions"): Promise<number> {
  const { rows } = await api.database.db.execute(
    sql`SELECT count(*)::int AS count FROM ${sql.identifier(table)}`,
  );
  return Number(rows[0]?.["count"]);
}

describe("a new person signs in with a platform", () => {
  for (const provider of ["twitch", "discord", "slack"]) {
    test(`with ${provider}: is who they are there, with the roles of that account`, async () => {
      const browser = makeBrowser(api);
      const back = await consentAs(browser, provider, "mo", "/rehearsal");
      const answer = await browser.get(back);
      expect([answer.status, answer.headers.get("location")]).toEqual([302, "/rehearsal"]);
      const me = await browser.get("/api/v1/auth/me");
      expect(await me.json()).toMatchObject({
        success: true,
        data: {
          user: {
            displayName: "Mo",
            avatarUrl: null,
            email: null,
            isSuperAdmin: false,
            mustChangePassword: false,
          },
          communities: [{ role: "moderator" }],
          csrfToken: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
      });
    });
  }

  test("twice is one person, under the platform's id, whatever they are called by then", async () => {
    const first = await signInAs(api, "ada");
    await api.database.db.execute(
      sql`UPDATE platform_identities SET platform_username = 'old_name' WHERE hub_user_id = ${first.userId}`,
    );
    const before = await count("hub_users");
    expect((await signInAs(api, "ada")).userId).toBe(first.userId);
    expect(await count("hub_users")).toBe(before);
  });

  test("the cookie is of this host alone, unreadable for scripts, and new at each sign-in", async () => {
    const browser = makeBrowser(api);
    browser.cookies.set(cookieName, "A".repeat(43));
    const answer = await browser.get(await consentAs(browser, "twitch", "bob"));
    const [line = ""] = answer.headers.getSetCookie().filter((one) => one.startsWith(`${cookieName}=`));
    expect(line).toMatch(/; Path=\/(;|$)/);
    for (const word of ["HttpOnly", "Secure", "SameSite=Lax"]) expect(line).toContain(word);
    expect(line).not.toMatch(/domain/i);
    expect(browser.cookies.get(cookieName)).not.toBe("A".repeat(43));
  });

  test("whoever the house names runs it", async () => {
    const owner = await signInAs(api, "pia");
    const me = await (await owner.get("/api/v1/auth/me")).json();
    expect(me).toMatchObject({ data: { user: { isSuperAdmin: true }, communities: [{ role: "owner" }] } });
    expect((await owner.get("/api/v1/keys")).status).toBe(200);
  });
});

describe("a session is a person to every route", () => {
  test("HRD-4 HUB-6 a change without the page's token is refused, with a wrong one too, with the right one done", async () => {
    const [browser, other] = [await signInAs(api, "pia"), await signInAs(api, "mo")];
    const logout = (headers: Record<string, string>) =>
      browser.post("/api/v1/auth/logout", undefined, headers);
    expect((await logout({})).status).toBe(403);
    expect((await logout({ "x-csrf-token": "0".repeat(64) })).status).toBe(403);
    expect((await logout({ "x-csrf-token": other.csrf })).status).toBe(403);
    for (const forged of [
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { "sec-fetch-site": "none" },
      { origin: "https://evil.example" },
      { origin: "null" },
    ])
      expect((await logout({ "x-csrf-token": browser.csrf, ...forged })).status).toBe(403);
    expect(
      (
        await logout({
          "x-csrf-token": browser.csrf,
          "sec-fetch-site": "same-origin",
          origin: api.origin,
        })
      ).status,
    ).toBe(200);
  });

  test("HBR-2 after signing out, what the browser held opens nothing", async () => {
    const browser = await signInAs(api, "zoe");
    const held = browser.cookies.get(cookieName) ?? "";
    expect(
      (await browser.post("/api/v1/auth/logout", undefined, { "x-csrf-token": browser.csrf })).status,
    ).toBe(200);
    expect(browser.cookies.has(cookieName)).toBe(false);
    const answer = await browser.get("/api/v1/auth/me", { cookie: `${cookieName}=${held}` });
    expect(answer.status).toBe(401);
  });

  test("a person who is switched off is out at once", async () => {
    const browser = await signInAs(api, "zoe", "slack");
    await api.database.db.execute(sql`UPDATE hub_users SET is_active = false WHERE id = ${browser.userId}`);
    expect((await browser.get("/api/v1/auth/me")).status).toBe(401);
    const again = makeBrowser(api);
    expect((await again.get(await consentAs(again, "slack", "zoe"))).status).toBe(403);
    expect(again.cookies.has(cookieName)).toBe(false);
  });

  test("HUB-3 a moderator may not what an owner may", async () => {
    const [moderator, owner] = [await signInAs(api, "mo"), await signInAs(api, "pia")];
    const { communities } = await dataOf(await owner.get("/api/v1/auth/me"), places);
    const path = `/api/v1/communities/${communities[0]?.id}/connections`;
    expect([(await moderator.get(path)).status, (await owner.get(path)).status]).toEqual([403, 200]);
  });

  test("what the database holds opens no session", async () => {
    const browser = await signInAs(api, "ada");
    const { rows } = await api.database.db.execute(
      sql`SELECT id FROM hub_sessions WHERE hub_user_id = ${browser.userId}`,
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(browser.cookies.get(cookieName));
  });
});
