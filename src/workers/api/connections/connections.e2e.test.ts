import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { demoIds, kickChannel, kickIdOf } from "#simulators/demo";
import { requireViewer } from "#simulators/viewers";
import { eventually, type Stack, startStack } from "#test/e2e/stack";
import { Browser, callApi, changed, type StartFacts } from "#workers/api/connections/testing";

let database: TestDatabase;
let stack: Stack;

beforeAll(async () => {
  database = await openTestDatabase();
  const { url: databaseUrl, endpoint: databaseEndpoint } = database;
  stack = await startStack({ databaseUrl, databaseEndpoint, channels: [kickChannel] });
});
afterAll(async () => {
  await stack?.close();
  await database?.close();
});
beforeEach(async () => {
  stack.simulators.kick.consentAs({ account: demoIds.kickBotUserId });
  await database.db.execute(sql`DELETE FROM oauth_tokens`);
});

const pia = kickIdOf(requireViewer("pia"));
const bob = kickIdOf(requireViewer("bob"));
const key = () => stack.secrets.serviceApiKey;
const call = (path: string, method = "GET", apiKey = key(), json?: unknown) =>
  callApi(stack.url, path, { method, key: apiKey, json });
const connections = async (communityId = 2) => {
  const { body } = await call(`/api/v1/communities/${communityId}/connections`);
  return z.object({ data: z.object({ connections: z.array(z.unknown()) }) }).parse(body).data.connections;
};
/** From the first click to the page that says what came of it. */
const connect = async (facts: StartFacts = {}) => {
  const browser = new Browser(stack.url);
  const begun = await browser.start(facts, key());
  const back = await browser.consent(begun.url);
  return { begun, back, browser, page: await browser.visit(back) };
};
const audits = async () => {
  const { rows } = await database.db.execute(sql`
    SELECT action, resource_id, community_id, actor FROM audit_log WHERE resource_type = 'connection' ORDER BY id`);
  return rows;
};

describe("connecting", () => {
  test("a bot account: begun, consented, listed, used, disconnected", async () => {
    const { begun, page, browser } = await connect();
    expect(begun.status).toBe(200);
    expect(begun.url?.searchParams.get("redirect_uri")).toBe(`${stack.url.origin}/oauth/kick/callback`);
    expect(begun.url?.searchParams.get("state")).toMatch(/^[\w-]{43}$/);
    expect(begun.url?.searchParams.get("code_challenge_method")).toBe("S256");
    const [cookie = ""] = begun.setCookie;
    expect(cookie).toMatch(
      /^__Host-connect-[0-9a-f]{16}=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    expect(page).toMatchObject({
      status: 200,
      text: expect.stringContaining("WaddleBot on kick is connected"),
    });
    expect(page.headers.get("cache-control")).toBe("no-store");
    expect(page.headers.get("referrer-policy")).toBe("no-referrer");
    expect(browser.cookies.size).toBe(0);
    const account = { platform: "kick", role: "bot", account_id: demoIds.kickBotUserId, status: "active" };
    expect(await connections()).toMatchObject([{ ...account, account_name: "WaddleBot", problem: null }]);
    expect(await audits()).toMatchObject([
      {
        action: "connection.connect",
        resource_id: `kick/bot/${demoIds.kickBotUserId}`,
        community_id: 2,
        actor: "service",
      },
    ]);
    const living = stack.simulators.kick.livingTokens();
    const path = `/api/v1/communities/2/connections/kick/bot/${demoIds.kickBotUserId}`;
    expect(await call(path, "DELETE")).toMatchObject({ status: 200 });
    expect(await connections()).toEqual([]);
    expect(stack.simulators.kick.livingTokens()).toBe(living - 1);
    expect(await call(`${path}0`, "DELETE")).toMatchObject({ status: 404 });
    expect((await audits()).at(-1)).toMatchObject({ action: "connection.disconnect" });
  });

  test("HRD-9 no token, code or verifier stands in the database, in a log or in an answer", async () => {
    const { back, page } = await connect();
    expect(page.status).toBe(200);
    const { rows } = await database.db.execute(sql`
      SELECT (SELECT string_agg(t::text, ' ') FROM oauth_tokens t) AS tokens,
        (SELECT coalesce(string_agg(s::text, ' '), '') FROM oauth_states s) AS states`);
    const text = JSON.stringify([rows, stack.logs, page.text]);
    expect(text).toContain("v1.k1.");
    expect(text).not.toContain(back.searchParams.get("code"));
    expect(text).not.toContain(back.searchParams.get("state"));
    // The simulator's tokens are 48 hex digits.
    expect(JSON.stringify(rows)).not.toMatch(/\b[0-9a-f]{48}\b/);
  });

  test("an owner's consent counts for their own channel only, and a stranger's is given back", async () => {
    stack.simulators.kick.consentAs({ account: bob });
    const living = stack.simulators.kick.livingTokens();
    const { page } = await connect({ role: "owner" });
    expect(page.status).toBe(400);
    expect(page.text).toContain("Bob is not the owner of a channel of this community");
    expect(stack.simulators.kick.livingTokens()).toBe(living);
    expect(await connections()).toEqual([]);
    stack.simulators.kick.consentAs({ account: pia });
    expect((await connect({ role: "owner" })).page.status).toBe(200);
    expect(await connections()).toMatchObject([{ role: "owner", account_id: pia, account_name: "Pia" }]);
  });

  test("what one community connected another neither sees nor ends", async () => {
    await connect();
    const made = await call("/api/v1/keys", "POST", key(), {
      name: "foreign",
      roles: ["core"],
      community_id: 1,
    });
    const foreign = z.object({ data: z.object({ key: z.string() }) }).parse(made.body).data.key;
    expect(await call("/api/v1/communities/2/connections", "GET", foreign)).toMatchObject({ status: 404 });
    const path = `/api/v1/communities/2/connections/kick/bot/${demoIds.kickBotUserId}`;
    expect(await call(path, "DELETE", foreign)).toMatchObject({ status: 404 });
    expect((await new Browser(stack.url).start({}, foreign)).status).toBe(404);
    // Community 1 speaks everywhere: a key that is bound to it is not enough.
    expect((await new Browser(stack.url).start({ community_id: 1 }, foreign)).status).toBe(404);
    expect(await connections()).toHaveLength(1);
  });

  test("the platform-wide bot is community 1's, connected by whoever runs the house", async () => {
    expect((await connect({ community_id: 1 })).page.status).toBe(200);
    expect(await connections(1)).toMatchObject([{ role: "bot" }]);
    expect(await connections(2)).toEqual([]);
  });

  test("T16 a permission withdrawn on the platform is shown as reauth_required, and the bot is refused", async () => {
    await connect();
    stack.simulators.kick.revokeAccount(demoIds.kickBotUserId);
    stack.simulators.kick.expireTokens();
    await stack.simulators.kick.sendChat({ viewer: "bob", text: "!ping" });
    await eventually(
      () => connections(),
      (found) => JSON.stringify(found).includes("reauth_required"),
    );
    expect(await connections()).toMatchObject([{ problem: "the permission was withdrawn or ran out" }]);
  });
});

describe("attacks on the way back", () => {
  const begin = async () => {
    const browser = new Browser(stack.url);
    const begun = await browser.start({}, key());
    return { browser, back: await browser.consent(begun.url) };
  };
  const isRefused = async (browser: Browser, url: URL, words: string) => {
    const page = await browser.visit(url);
    expect({ status: page.status, text: page.text }).toEqual({
      status: 400,
      text: expect.stringContaining(words),
    });
    expect(await connections()).toEqual([]);
  };

  test.each<[string, string, (query: URLSearchParams) => void]>([
    ["no state", "not complete", (query) => query.delete("state")],
    ["two states", "not complete", (query) => query.append("state", "x".repeat(43))],
    ["a state of another length", "not complete", (query) => query.set("state", "x".repeat(42))],
    ["a guessed state", "begun more than ten minutes ago", (query) => query.set("state", "x".repeat(43))],
    ["two codes", "not complete", (query) => query.append("code", "y")],
    ["no code", "not complete", (query) => query.delete("code")],
    ["a code with line breaks", "not complete", (query) => query.set("code", "a\r\nb")],
    ["a code of somebody else's", "did not accept", (query) => query.set("code", "0".repeat(40))],
  ])("row 14: %s", async (_, words, change) => {
    const { browser, back } = await begin();
    await isRefused(browser, changed(back, change), words);
  });

  test("row 14: a state is good once, also when two come at the same moment", async () => {
    const { browser, back } = await begin();
    const cookies = new Map(browser.cookies);
    const twins = [browser, new Browser(stack.url)];
    for (const twin of twins) twin.cookies = new Map(cookies);
    const pages = await Promise.all(twins.map((twin) => twin.visit(back)));
    expect(pages.map(({ status }) => status).sort()).toEqual([200, 400]);
    const again = new Browser(stack.url);
    again.cookies = cookies;
    expect((await again.visit(back)).status).toBe(400);
  });

  test("row 14: login CSRF: a link that an attacker began, opened in the victim's browser", async () => {
    const { back, browser } = await begin();
    await isRefused(new Browser(stack.url), back, "another browser");
    // It is used up for the attacker as well.
    await isRefused(browser, back, "begun more than ten minutes ago");
  });

  test("row 14: the victim's own cookie of another sign-in does not fit", async () => {
    const attacker = await begin();
    const victim = await begin();
    const [own = ""] = victim.browser.cookies.values();
    const [name = ""] = attacker.browser.cookies.keys();
    victim.browser.cookies = new Map([[name, own]]);
    await isRefused(victim.browser, attacker.back, "another browser");
  });

  test("row 14: code injection: another sign-in's code under the own state fails by its proof", async () => {
    const attacker = await begin();
    const victim = await begin();
    const code = attacker.back.searchParams.get("code") ?? "";
    await isRefused(
      victim.browser,
      changed(victim.back, (query) => query.set("code", code)),
      "did not accept",
    );
  });

  test("row 14: providers mixed up: the state of one at the callback of another", async () => {
    const { browser, back } = await begin();
    const other = new URL(back);
    other.pathname = "/oauth/discord/callback";
    await isRefused(browser, other, "begun more than ten minutes ago");
  });

  test("row 14: a state older than ten minutes", async () => {
    const { browser, back } = await begin();
    await database.db.execute(sql`UPDATE oauth_states SET expires_at = now() - interval '1 second'`);
    await isRefused(browser, back, "begun more than ten minutes ago");
  });

  test("row 14: less allowed than asked for is given back, and says what is missing", async () => {
    stack.simulators.kick.consentAs({ account: demoIds.kickBotUserId, scopes: ["user:read"] });
    const living = stack.simulators.kick.livingTokens();
    const { browser, back } = await begin();
    await isRefused(browser, back, "Still needed: to speak in chat");
    expect(stack.simulators.kick.livingTokens()).toBe(living);
  });

  test("row 14: the person says no, and what a platform writes is never shown", async () => {
    stack.simulators.kick.consentAs({ account: demoIds.kickBotUserId, refuses: true });
    const { browser, back } = await begin();
    await isRefused(browser, back, "You did not allow it");
    const second = await begin();
    const hostile = changed(second.back, (query) => {
      query.set("error", "<script>alert(1)</script>");
      query.set("error_description", "<img src=x onerror=alert(1)>");
    });
    const page = await second.browser.visit(hostile);
    expect(page.text).not.toMatch(/<script|<img/);
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
  });

  test.each([
    "//evil.example",
    "https://evil.example",
    "/\\evil.example",
    "/x/../..//evil",
    "/%2f%2fevil",
    "javascript:1",
  ])("row 14: open redirect: %s is no page to come back to", async (return_to) => {
    expect((await new Browser(stack.url).start({ return_to }, key())).status).toBe(400);
  });

  test("row 14: the redirect is the configured one, whatever Host says", async () => {
    const response = await fetch(new URL("/api/v1/connections/kick/start", stack.url), {
      method: "POST",
      headers: {
        "x-api-key": key(),
        "content-type": "application/json",
        "x-forwarded-host": "evil.example",
        forwarded: "host=evil.example",
      },
      body: JSON.stringify({ community_id: 2, role: "bot" }),
    });
    expect(await response.text()).not.toContain("evil.example");
  });

  test("row 5: whoever lost the right while away connects nothing", async () => {
    const { browser, back } = await begin();
    const nobody = JSON.stringify({
      kind: "user",
      id: "999",
      roles: ["user"],
      scopes: [],
      communityId: null,
    });
    await database.db.execute(sql`UPDATE oauth_states SET principal = ${nobody}`);
    await isRefused(browser, back, "may no longer connect");
  });

  test("a platform that is not set up, a role it does not know, nobody at all", async () => {
    const browser = new Browser(stack.url);
    expect((await browser.start({ platform: "irc" }, key())).status).toBe(404);
    expect((await browser.start({}, "wrong")).status).toBe(401);
    expect((await browser.start({ community_id: 4711 }, key())).status).toBe(404);
  });
});
