import { expect, test } from "vitest";
import type { OAuthContext } from "#contracts/oauth";
import { must } from "#lib/must";
import { oauth } from "#platforms/slack/oauth";
import { makeFakeClock, type Stage, setStage } from "#simulators/testing";

const redirectUri = "https://hub.example/connected";
const hour = 3_600_000;

function contextOf({ simulators }: Stage, now = 0): OAuthContext {
  const { clientId, clientSecret } = simulators.secrets.slack;
  const config = {
    SLACK_CLIENT_ID: clientId,
    SLACK_CLIENT_SECRET: clientSecret,
    SLACK_API_BASE: `${simulators.url}/slack/api`,
    SLACK_AUTH_BASE: `${simulators.url}/slack/oauth`,
  };
  return { fetch, config, now };
}

/** The code Slack sends back with, after a person consented. */
async function consent(context: OAuthContext): Promise<string> {
  const url = oauth.authorizeUrl({ role: "bot", state: "s1", redirectUri }, context.config);
  const answer = await fetch(url, { redirect: "manual" });
  const back = new URL(must(answer.headers.get("location"), "location"));
  expect(back.searchParams.get("state")).toBe("s1");
  return must(back.searchParams.get("code"), "code");
}

async function install(context: OAuthContext) {
  const granted = await oauth.exchange({ role: "bot", code: await consent(context), redirectUri }, context);
  return granted.ok ? granted.value : expect.fail(JSON.stringify(granted));
}

test("an installation brings the team's own bot token, with every right that was asked for", async () => {
  await using stage = await setStage();
  const context = contextOf(stage);
  const grant = await install(context);
  expect(grant).toMatchObject({ account: { id: "T0WADDLE01", name: "Waddle demo" } });
  expect(grant.scopes).toEqual(oauth.scopes.bot.map(({ scope }) => scope));
  expect(grant).not.toHaveProperty("refreshToken");
  expect(await oauth.validate?.(grant.accessToken, context)).toBe("valid");
});

test("the address to consent at carries state and rights, and no secret", () => {
  const config = { SLACK_CLIENT_ID: "1.2", SLACK_CLIENT_SECRET: "hush" };
  const url = oauth.authorizeUrl({ role: "bot", state: "s1", redirectUri }, config);
  expect(url.origin + url.pathname).toBe("https://slack.com/oauth/v2/authorize");
  expect(Object.fromEntries(url.searchParams)).toEqual({
    client_id: "1.2",
    scope: oauth.scopes.bot.map(({ scope }) => scope).join(","),
    state: "s1",
    redirect_uri: redirectUri,
  });
});

test("a code works once, and only where it was asked for", async () => {
  await using stage = await setStage();
  const context = contextOf(stage);
  const code = await consent(context);
  const elsewhere = { role: "bot" as const, code, redirectUri: "https://evil.example/" };
  expect(await oauth.exchange(elsewhere, context)).toMatchObject({ ok: false, code: "bad_request" });
  expect(await oauth.exchange({ ...elsewhere, redirectUri }, context)).toMatchObject({ ok: false });
});

test("rotation: a token lives twelve hours, a refresh token works once", async () => {
  const clock = makeFakeClock();
  await using stage = await setStage(undefined, { clock });
  stage.simulators.slack.tokens.rotates = true;
  const context = contextOf(stage);
  const first = await install(context);
  expect(first.expiresInSeconds).toBe(43_200);
  clock.advance(12 * hour);
  expect(await oauth.validate?.(first.accessToken, context)).toBe("invalid");
  const refreshToken = must(first.refreshToken, "refresh token");
  const renewed = await oauth.refresh(refreshToken, context);
  expect(renewed).toMatchObject({ kind: "renewed", expiresInSeconds: 43_200 });
  if (renewed.kind !== "renewed") return;
  expect(renewed.refreshToken).not.toBe(refreshToken);
  expect(await oauth.validate?.(renewed.accessToken, context)).toBe("valid");
  expect(await oauth.refresh(refreshToken, context)).toMatchObject({ kind: "dead" });
});

test("what is given back is dead; so is everything once the app was removed", async () => {
  await using stage = await setStage();
  stage.simulators.slack.tokens.rotates = true;
  const context = contextOf(stage);
  const [one, other] = [await install(context), await install(context)];
  await oauth.revoke?.(one.accessToken, context);
  expect(await oauth.validate?.(one.accessToken, context)).toBe("invalid");
  expect(await oauth.validate?.(other.accessToken, context)).toBe("valid");
  await stage.simulators.slack.uninstall();
  expect(await oauth.validate?.(other.accessToken, context)).toBe("invalid");
  expect(await oauth.refresh(must(other.refreshToken, "token"), context)).toMatchObject({ kind: "dead" });
});

test("trouble at Slack is no verdict on a token", async () => {
  await using stage = await setStage();
  const context = contextOf(stage);
  const { faults, url } = stage.simulators;
  faults.set({ platform: "slack", kind: "429", ms: 30_000 });
  const limited = await oauth.refresh("xoxe-1-x", context);
  expect(limited).toEqual({
    kind: "later",
    reason: "Slack refused to renew the token (ratelimited)",
    retryAfterMs: 30_000,
  });
  faults.set({ platform: "slack", kind: "500" });
  expect(await oauth.refresh("xoxe-1-x", context)).toMatchObject({ kind: "later" });
  const wrong = { ...context, config: { ...context.config, SLACK_CLIENT_SECRET: "wrong" } };
  expect(await oauth.refresh("xoxe-1-x", wrong)).toMatchObject({ kind: "later" });
  const away = { ...context, config: { ...context.config, SLACK_API_BASE: "http://127.0.0.1:1" } };
  expect(await oauth.refresh("xoxe-1-x", away)).toMatchObject({ kind: "later" });
  expect(await oauth.validate?.("xoxb-x", away)).toBe("unknown");
  expect(await oauth.exchange({ role: "bot", code: "x", redirectUri }, away)).toMatchObject({
    code: "unavailable",
  });
  expect(url).toContain("127.0.0.1");
});

test("an installation into a whole organisation is refused: no team, no token of one", async () => {
  const body = { ok: true, access_token: "xoxb-org", token_type: "bot", scope: "", team: null };
  const context = { fetch: async () => Response.json(body), config: {}, now: 0 };
  const outcome = await oauth.exchange({ role: "bot", code: "x", redirectUri }, context);
  expect(outcome).toMatchObject({ ok: false, message: expect.stringContaining("one workspace") });
  expect(JSON.stringify(outcome)).not.toContain("xoxb");
});
