import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { OAuthProvider } from "#contracts/oauth";
import { must } from "#lib/must";
import { oauth as kick } from "#platforms/kick/oauth";
import { oauth as slack } from "#platforms/slack/oauth";
import { oauth as twitch } from "#platforms/twitch/oauth";
import type { Simulators } from "#simulators/server";
import { setStage } from "#simulators/testing";

const redirectUri = "https://bot.example/oauth/callback";
const codeVerifier = "v".repeat(43);
const codeChallenge = createHash("sha256").update(codeVerifier).digest("base64url");

const providers: Record<"twitch" | "slack" | "kick", OAuthProvider> = { twitch, slack, kick };

function configOf({ url, secrets }: Simulators) {
  return {
    TWITCH_CLIENT_ID: secrets.twitch.clientId,
    TWITCH_CLIENT_SECRET: secrets.twitch.clientSecret,
    TWITCH_API_BASE: `${url}/twitch/helix`,
    TWITCH_AUTH_BASE: `${url}/twitch/oauth2`,
    SLACK_CLIENT_ID: secrets.slack.clientId,
    SLACK_CLIENT_SECRET: secrets.slack.clientSecret,
    SLACK_API_BASE: `${url}/slack/api`,
    SLACK_AUTH_BASE: `${url}/slack/oauth`,
    KICK_CLIENT_ID: secrets.kick.clientId,
    KICK_CLIENT_SECRET: secrets.kick.clientSecret,
    KICK_API_BASE: `${url}/kick/api`,
    KICK_AUTH_BASE: `${url}/kick/oauth`,
  };
}

/** Whether the platform's API takes this token, asked by a harmless call. */
async function isTaken({ url, secrets }: Simulators, platform: keyof typeof providers, token: string) {
  const headers = { authorization: `Bearer ${token}`, "client-id": secrets.twitch.clientId };
  const calls = {
    twitch: () => fetch(`${url}/twitch/helix/users?login=pia_plays`, { headers }),
    slack: () => fetch(`${url}/slack/api/auth.test`, { method: "POST", headers }),
    kick: () => fetch(`${url}/kick/api/public/v1/users`, { headers }),
  };
  const answer = await calls[platform]();
  return answer.ok && !(await answer.text()).includes("token_expired");
}

describe.each(["twitch", "slack", "kick"] as const)("%s, its tokens", (platform) => {
  test("rotate: the access token is worthless at once, what renews it does so once, and the new one is good", async () => {
    await using stage = await setStage();
    const { simulators } = stage;
    const oauth = providers[platform];
    simulators.slack.tokens.rotates = true;
    const config = configOf(simulators);
    const context = { fetch, config, now: Date.now() };
    const asked = oauth.authorizeUrl({ role: "bot", state: "s-1", codeChallenge, redirectUri }, config);
    const back = (await fetch(asked, { redirect: "manual" })).headers.get("location");
    const code = must(new URL(must(back, "location")).searchParams.get("code"), "code");
    const granted = await oauth.exchange({ role: "bot", code, codeVerifier, redirectUri }, context);
    if (!granted.ok) throw new Error(granted.message);
    const { accessToken, refreshToken = "" } = granted.value;
    expect(await isTaken(simulators, platform, accessToken)).toBe(true);
    simulators.faults.set({ platform, kind: "rotate" });
    expect(await isTaken(simulators, platform, accessToken)).toBe(false);
    const renewed = await oauth.refresh(refreshToken, context);
    if (renewed.kind !== "renewed") throw new Error(`not renewed: ${renewed.kind}`);
    expect(await isTaken(simulators, platform, renewed.accessToken)).toBe(true);
    expect(await oauth.refresh(refreshToken, context)).toMatchObject({ kind: "dead" });
  });
});
