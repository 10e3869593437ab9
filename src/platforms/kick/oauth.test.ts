import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { OAuthContext } from "#contracts/oauth";
import { must } from "#lib/must";
import { oauth } from "#platforms/kick/oauth";
import { demoIds } from "#simulators/demo";
import { setStage } from "#simulators/testing";

const redirectUri = "https://bot.example/oauth/kick/callback";
const codeVerifier = "v".repeat(43);
const codeChallenge = createHash("sha256").update(codeVerifier).digest("base64url");

/** The simulator's authorization server, and the way through its consent page. */
async function aKick() {
  const stage = await setStage();
  const { url, secrets, kick } = stage.simulators;
  const config = {
    KICK_CLIENT_ID: secrets.kick.clientId,
    KICK_CLIENT_SECRET: secrets.kick.clientSecret,
    KICK_API_BASE: `${url}/kick/api`,
    KICK_AUTH_BASE: `${url}/kick/oauth`,
  };
  const context: OAuthContext = { fetch, config, now: Date.now() };
  const consent = async () => {
    const asked = oauth.authorizeUrl({ role: "bot", state: "s-1", codeChallenge, redirectUri }, config);
    const answer = await fetch(asked, { redirect: "manual" });
    const back = new URL(must(answer.headers.get("location"), "location"));
    expect(back.searchParams.get("state")).toBe("s-1");
    return must(back.searchParams.get("code"), "code");
  };
  return { stage, kick, context, consent };
}

test("a consent brings tokens, the account they belong to and what was allowed", async () => {
  const { stage, context, consent } = await aKick();
  await using _ = stage;
  const request = { role: "bot", code: await consent(), codeVerifier, redirectUri } as const;
  const granted = await oauth.exchange(request, context);
  expect(granted).toMatchObject({
    ok: true,
    value: {
      account: { id: demoIds.kickBotUserId, name: "WaddleBot" },
      expiresInSeconds: 7200,
      scopes: ["user:read", "chat:write", "moderation:ban", "moderation:chat_message:manage"],
    },
  });
  // A code is good once.
  expect(await oauth.exchange(request, context)).toMatchObject({ ok: false, code: "bad_request" });
});

test("a code is worth nothing with another verifier or another redirect", async () => {
  const { stage, context, consent } = await aKick();
  await using _ = stage;
  const wrong = [{ codeVerifier: "w".repeat(43) }, { redirectUri: `${redirectUri}/` }];
  for (const change of wrong) {
    const request = { role: "bot", code: await consent(), codeVerifier, redirectUri, ...change } as const;
    expect(await oauth.exchange(request, context)).toMatchObject({ ok: false, code: "bad_request" });
  }
});

test("a refresh token is good once; a withdrawn permission is the end of it; a wrong secret is not", async () => {
  const { stage, kick, context, consent } = await aKick();
  await using _ = stage;
  const granted = await oauth.exchange(
    { role: "bot", code: await consent(), codeVerifier, redirectUri },
    context,
  );
  const refreshToken = granted.ok ? must(granted.value.refreshToken, "refresh token") : "";
  const config = { ...context.config, KICK_CLIENT_SECRET: "wrong" };
  expect(await oauth.refresh(refreshToken, { ...context, config })).toMatchObject({ kind: "later" });
  const renewed = await oauth.refresh(refreshToken, context);
  expect(renewed).toMatchObject({ kind: "renewed", expiresInSeconds: 7200 });
  expect(await oauth.refresh(refreshToken, context)).toMatchObject({ kind: "dead" });
  kick.revokeAccount(demoIds.kickBotUserId);
  const next = renewed.kind === "renewed" ? must(renewed.refreshToken, "refresh token") : "";
  expect(await oauth.refresh(next, context)).toMatchObject({ kind: "dead" });
});

test("a token that is given back works no more", async () => {
  const { stage, kick, context, consent } = await aKick();
  await using _ = stage;
  const granted = await oauth.exchange(
    { role: "bot", code: await consent(), codeVerifier, redirectUri },
    context,
  );
  expect(kick.livingTokens()).toBe(1);
  await oauth.revoke?.(granted.ok ? granted.value.accessToken : "", context);
  expect(kick.livingTokens()).toBe(0);
});

describe("what an answer to a refresh means", () => {
  const config = { KICK_CLIENT_ID: "id", KICK_CLIENT_SECRET: "s" };
  const asking = (answer: () => Promise<Response>) => oauth.refresh("old", { fetch: answer, config, now: 0 });

  test.each([
    ["OAuth's own word for it", 400, { error: "invalid_grant" }, "dead"],
    ["another client", 400, { error: "invalid_client" }, "later"],
    ["a fault of the provider that quotes the word", 500, { error: "invalid_grant" }, "later"],
    ["a proxy's page", 400, "<html>invalid_grant</html>", "later"],
    ["a success without a token", 200, { token_type: "Bearer" }, "later"],
  ])("%s (%i)", async (_, status, body, kind) => {
    expect(await asking(async () => Response.json(body, { status }))).toMatchObject({ kind });
  });

  test("nobody there is later, and says nothing of the token", async () => {
    const answer = await asking(async () => {
      throw new Error("connect failed with old");
    });
    expect(answer).toEqual({ kind: "later", reason: "Kick could not be reached" });
  });

  test("the provider's pause is kept", async () => {
    const headers = { "retry-after": "90" };
    const answer = await asking(async () => new Response("slow down", { status: 429, headers }));
    expect(answer).toMatchObject({ kind: "later", retryAfterMs: 90_000 });
  });
});
