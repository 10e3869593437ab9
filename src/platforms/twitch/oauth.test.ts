import { expect, test } from "vitest";
import type { OAuthContext } from "#contracts/oauth";
import { oauth } from "#platforms/twitch/oauth";
import { setStage } from "#simulators/testing";

const redirectUri = "https://bot.example/oauth/twitch/callback";

async function anAuthority() {
  const stage = await setStage();
  const { url, secrets, twitch, faults } = stage.simulators;
  const context: OAuthContext = {
    fetch,
    config: {
      TWITCH_AUTH_BASE: `${url}/twitch/oauth2`,
      TWITCH_CLIENT_ID: secrets.twitch.clientId,
      TWITCH_CLIENT_SECRET: secrets.twitch.clientSecret,
    },
    now: Date.now(),
  };
  /** What the browser of whoever is signed in comes back with. */
  const consent = async (role: "bot" | "owner") => {
    const page = oauth.authorizeUrl({ role, state: "st4te", redirectUri }, context.config);
    const answer = await fetch(page, { redirect: "manual" });
    return new URL(answer.headers.get("location") ?? "about:blank").searchParams;
  };
  return {
    context,
    consent,
    twitch,
    faults,
    bot: secrets.twitch.botUserId,
    [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose](),
  };
}

test.each(["bot", "owner"] as const)(
  "the consent of the %s becomes a grant with its scopes",
  async (role) => {
    await using authority = await anAuthority();
    const back = await authority.consent(role);
    expect(back.get("state")).toBe("st4te");
    const code = back.get("code") ?? "";
    const grant = await oauth.exchange({ role, code, redirectUri }, authority.context);
    expect(grant).toMatchObject({
      ok: true,
      value: {
        account:
          role === "bot" ? { id: authority.bot, name: "waddlebot" } : { id: "710000001", name: "pia_plays" },
        expiresInSeconds: 14_400,
        scopes: oauth.scopes[role].map(({ scope }) => scope),
      },
    });
    const accessToken = grant.ok ? grant.value.accessToken : "";
    expect(await oauth.validate?.(accessToken, authority.context)).toBe("valid");
    await oauth.revoke?.(accessToken, authority.context);
    expect(await oauth.validate?.(accessToken, authority.context)).toBe("invalid");
  },
);

test("a code is good once, and only for the address it was made for", async () => {
  await using authority = await anAuthority();
  const { context } = authority;
  const code = (await authority.consent("owner")).get("code") ?? "";
  const elsewhere = { role: "owner", code, redirectUri: "https://evil.example/" } as const;
  expect(await oauth.exchange(elsewhere, context)).toMatchObject({ ok: false, code: "bad_request" });
  const again = { role: "owner", code, redirectUri } as const;
  expect(await oauth.exchange(again, context)).toMatchObject({ ok: false, code: "bad_request" });
});

test("whoever says no comes back without a code", async () => {
  await using authority = await anAuthority();
  authority.twitch.signInAs(null);
  const back = await authority.consent("owner");
  expect([back.get("error"), back.get("code"), back.get("state")]).toEqual(["access_denied", null, "st4te"]);
});

test("no challenge is sent, for Twitch takes none, and no secret stands in an address", async () => {
  await using authority = await anAuthority();
  const { config } = authority.context;
  const url = oauth
    .authorizeUrl({ role: "bot", state: "s", redirectUri, codeChallenge: "c" }, config)
    .toString();
  expect(oauth.usesPkce).toBe(false);
  expect(url).not.toContain("challenge");
  expect(url).not.toContain(config.TWITCH_CLIENT_SECRET);
});

test("refreshing rotates; a spent or withdrawn token is dead, a wrong secret or a silent server is not", async () => {
  await using authority = await anAuthority();
  const { context, twitch } = authority;
  const { refreshToken } = twitch.issueUserTokens();
  const renewed = await oauth.refresh(refreshToken, context);
  expect(renewed).toMatchObject({ kind: "renewed", expiresInSeconds: 14_400 });
  expect(await oauth.refresh(refreshToken, context)).toMatchObject({ kind: "dead" });
  const next = renewed.kind === "renewed" ? (renewed.refreshToken ?? "") : "";
  const strange = { ...context, config: { ...context.config, TWITCH_CLIENT_SECRET: "wrong" } };
  expect(await oauth.refresh(next, strange)).toMatchObject({ kind: "later" });
  const silent = { ...context, fetch: () => Promise.reject(new TypeError("fetch failed")) };
  expect(await oauth.refresh(next, silent)).toMatchObject({ kind: "later" });
  const page = { ...context, fetch: async () => new Response("<html>", { status: 200 }) };
  expect(await oauth.refresh(next, page)).toMatchObject({ kind: "later" });
  expect(await oauth.validate?.("any", silent)).toBe("unknown");
  await twitch.revokeTokens(authority.bot);
  expect(await oauth.refresh(next, context)).toMatchObject({ kind: "dead" });
});

test("a token that turns out to be another application's is not kept", async () => {
  await using authority = await anAuthority();
  const code = (await authority.consent("owner")).get("code") ?? "";
  const mixedUp = async (input: string | URL | Request, init?: RequestInit) =>
    String(input).endsWith("/validate")
      ? Response.json({ client_id: "other", user_id: "1", login: "eve" })
      : fetch(input, init);
  const context = { ...authority.context, fetch: mixedUp };
  expect(await oauth.exchange({ role: "owner", code, redirectUri }, context)).toMatchObject({ ok: false });
});
