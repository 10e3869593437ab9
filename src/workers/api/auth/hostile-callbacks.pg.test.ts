import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Browser, consentAs, makeBrowser } from "#test/fakes/api-browser";
import { type ApiInNode, startApiInNode } from "#test/fakes/api-in-node";

let api: ApiInNode;
beforeAll(async () => {
  api = await startApiInNode();
});
afterAll(() => api?.close());

/** A browser that has just come back from its platform, and the answer it brings. */
interface Return {
  browser: Browser;
  provider: string;
  /** The callback's path with the platform's words. */
  back: URL;
}

async function comeBack(provider: string): Promise<Return> {
  const browser = makeBrowser(api);
  return { browser, provider, back: new URL(await consentAs(browser, provider, "mo"), api.origin) };
}

type Attack = (
  mine: Return,
  other: Return,
) => Promise<{ browser: Browser; url: URL }> | { browser: Browser; url: URL };

/** The answer with its words changed. */
const words =
  (change: (words: URLSearchParams, other: URLSearchParams) => void): Attack =>
  ({ browser, back }, other) => {
    const url = new URL(back);
    change(url.searchParams, other.back.searchParams);
    return { browser, url };
  };

const attacks: Record<string, Attack> = {
  "no state": words((it) => it.delete("state")),
  "an empty state": words((it) => it.set("state", "")),
  "a guessed state": words((it) => it.set("state", "A".repeat(43))),
  "a state cut short": words((it) => it.set("state", (it.get("state") ?? "").slice(0, 42))),
  "a state made longer": words((it) => it.set("state", `${it.get("state")}A`)),
  "a state in other letters": words((it) => it.set("state", (it.get("state") ?? "").toUpperCase())),
  "two states": words((it) => it.append("state", it.get("state") ?? "")),
  "the state of another sign-in, as login CSRF has it": words((it, other) =>
    it.set("state", other.get("state") ?? ""),
  ),
  "a code of another sign-in's browser": ({ back }, other) => ({ browser: other.browser, url: back }),
  "a browser that began nothing": ({ back }) => ({ browser: makeBrowser(api), url: back }),
  "no code": words((it) => it.delete("code")),
  "an empty code": words((it) => it.set("code", "")),
  "a code nobody gave": words((it) => it.set("code", "invented")),
  "two codes": words((it) => it.append("code", "second")),
  "a code with a line break": words((it) => it.set("code", "a\r\nSet-Cookie: x=y")),
  "a code of 3,000 characters": words((it) => it.set("code", "a".repeat(3000))),
  "an answer that holds an error too": words((it) => it.set("error", "access_denied")),
  "a refusal": words((it) => {
    it.delete("code");
    it.set("error", "server_error");
  }),
  "an issuer that is somebody else": words((it) => it.set("iss", "https://evil.example")),
  "two issuers": words((it) => {
    it.append("iss", "https://id.twitch.tv/oauth2");
    it.append("iss", "https://evil.example");
  }),
};

/** The same sign-in at another provider's door (mix-up), a second time, and too late. */
const moreAttacks: Record<
  string,
  (provider: string, mine: Return) => Promise<{ browser: Browser; url: URL }>
> = {
  "an answer at another provider's door": async (provider, { browser, back }) => {
    const others: Record<string, string> = { twitch: "discord", discord: "slack", slack: "twitch" };
    const url = new URL(back.href.replace(`/${provider}/`, `/${others[provider]}/`));
    return { browser, url };
  },
  "an answer that was used": async (_, { browser, back }) => {
    const first = await browser.get(back.pathname + back.search);
    expect(first.status).toBe(302);
    browser.cookies.delete("__Host-waddlebot");
    return { browser, url: back };
  },
  "an answer eleven minutes late": async (_, { browser, back }) => {
    await api.database.db.execute(sql`UPDATE hub_sign_ins SET expires_at = now() - interval '1 minute'`);
    return { browser, url: back };
  },
};

async function tryIt({ browser, url }: { browser: Browser; url: URL }) {
  const answer = await browser.get(url.pathname + url.search);
  return { status: answer.status, hasSession: browser.cookies.has("__Host-waddlebot") };
}

for (const provider of ["twitch", "discord", "slack"]) {
  for (const [name, attack] of Object.entries(attacks))
    test(`IDN-7 ${provider}: ${name} opens no session`, async () => {
      const [mine, other] = [await comeBack(provider), await comeBack(provider)];
      const before = await people();
      const outcome = await tryIt(await attack(mine, other));
      expect(outcome).toEqual({ status: 400, hasSession: false });
      expect(await people()).toEqual(before);
    });
  for (const [name, attack] of Object.entries(moreAttacks))
    test(`IDN-7 ${provider}: ${name} opens no session`, async () => {
      const prepared = await attack(provider, await comeBack(provider));
      const before = await people();
      expect(await tryIt(prepared)).toEqual({ status: 400, hasSession: false });
      expect(await people()).toEqual(before);
    });
}

test("of two answers at once with one state at most one opens a session", async () => {
  const { browser, back } = await comeBack("twitch");
  const answers = await Promise.all([1, 2, 3].map(() => browser.get(back.pathname + back.search)));
  expect(answers.map(({ status }) => status).sort()).toEqual([302, 400, 400]);
});

test.each([
  "//evil.example",
  "/\\evil.example",
  "https://evil.example/",
  "/%2f/evil.example",
  "/api/v1/keys",
  "/a/../../evil",
  "javascript:alert(1)",
  "/a b",
  "/?next=x",
  "",
])("nobody is sent to %s after signing in", async (page) => {
  const answer = await makeBrowser(api).get(`/api/v1/auth/oauth/twitch?return=${encodeURIComponent(page)}`);
  expect(answer.status).toBe(400);
});

async function people() {
  const { rows } = await api.database.db.execute(
    sql`SELECT (SELECT count(*)::int FROM hub_users) AS users, (SELECT count(*)::int FROM hub_sessions) AS sessions`,
  );
  return rows[0];
}
