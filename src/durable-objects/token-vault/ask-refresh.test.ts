import { describe, expect, test } from "vitest";
import { askRefresh } from "#durable-objects/token-vault/ask-refresh";
import { failureWaitMs, refreshAfterMs } from "#durable-objects/token-vault/token-times";
import { makeRandom } from "#simulators/random";
import { makeSimulatorSecrets } from "#simulators/secrets";
import { makeOAuthRoutes } from "#simulators/twitch/oauth-routes";
import { makeTokens } from "#simulators/twitch/tokens";

const now = () => 1_800_000_000_000;

/** Asks the Twitch simulator's token endpoint. */
function aTwitch() {
  const secrets = makeSimulatorSecrets().twitch;
  const clock = { now, sleep: async () => {} };
  const tokens = makeTokens(clock, makeRandom(1), secrets);
  const app = makeOAuthRoutes({ clock, tokens, secrets, botLogin: "bot" });
  const { clientId, clientSecret } = secrets;
  const endpoint = { url: "http://id.example/token", clientId, clientSecret };
  const ask = (refreshToken: string, secret = clientSecret) =>
    askRefresh({ ...endpoint, clientSecret: secret }, refreshToken, {
      fetch: async (url, init) => app.request(url, init),
      now,
    });
  return { ask, tokens, refreshToken: secrets.refreshToken };
}

const asking = (answer: () => Promise<Response>) =>
  askRefresh({ url: "http://id.example/token", clientId: "id", clientSecret: "s" }, "old", {
    fetch: answer,
    now,
  });

describe("Twitch", () => {
  test("a refresh brings a working token and the next refresh token; the old one is dead", async () => {
    const { ask, tokens, refreshToken } = aTwitch();
    const first = await ask(refreshToken);
    if (first.kind !== "renewed") throw new Error(first.kind);
    expect(first).toMatchObject({ expiresInSeconds: 14_400, scopes: expect.arrayContaining(["user:bot"]) });
    expect(tokens.check(first.accessToken)).toMatchObject({ kind: "user" });
    expect(await ask(refreshToken)).toMatchObject({ kind: "dead" });
    expect(await ask(first.refreshToken ?? "")).toMatchObject({ kind: "renewed" });
  });

  test("a permission taken back is the end of it; a wrong client secret is not", async () => {
    const { ask, tokens, refreshToken } = aTwitch();
    expect(await ask(refreshToken, "wrong")).toMatchObject({ kind: "later" });
    tokens.revokeAll();
    expect(await ask(refreshToken)).toMatchObject({ kind: "dead" });
  });
});

describe("what an answer means", () => {
  test.each([
    ["OAuth's own word for it", 400, { error: "invalid_grant" }, "dead"],
    ["another client", 400, { message: "invalid client" }, "later"],
    ["a client nobody knows", 401, { error: "invalid_client" }, "later"],
    ["a fault of the provider that quotes the words", 500, { message: "Invalid refresh token" }, "later"],
    ["a proxy's page", 400, "<html>Invalid refresh token</html>", "later"],
    ["a success without a token", 200, { token_type: "bearer" }, "later"],
  ])("%s (%i)", async (_, status, body, kind) => {
    expect(await asking(async () => Response.json(body, { status }))).toMatchObject({ kind });
  });

  test("nobody there is later, and says nothing of the token", async () => {
    const answer = await asking(async () => {
      throw new Error("connect failed with old");
    });
    expect(answer).toEqual({ kind: "later", reason: "the provider could not be reached" });
  });

  test("the provider's pause is kept, up to ten minutes", async () => {
    const headers = { "retry-after": "90" };
    const answer = await asking(async () => new Response("slow down", { status: 429, headers }));
    expect(answer).toMatchObject({ kind: "later", retryAfterMs: 90_000 });
    expect(failureWaitMs(0, 90_000)).toBe(90_000);
    expect(failureWaitMs(0, 86_400_000)).toBe(600_000);
  });

  test("a standard answer: scopes in one text, no new refresh token", async () => {
    const answer = await asking(async () => Response.json({ access_token: "new", scope: "a b" }));
    expect(answer).toEqual({ kind: "renewed", accessToken: "new", scopes: ["a", "b"] });
  });
});

test("failures wait 1, 2, 4 … 60 s; a short life is renewed at its half", () => {
  expect([0, 1, 2, 5, 6, 5000].map((failures) => failureWaitMs(failures))).toEqual([
    1000, 2000, 4000, 32_000, 60_000, 60_000,
  ]);
  expect([14_400_000, 3_600_000, 60_000].map(refreshAfterMs)).toEqual([12_600_000, 1_800_000, 30_000]);
});
