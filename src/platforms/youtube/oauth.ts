import * as z from "zod";
import type { OAuthContext, OAuthGrant, OAuthProvider, RefreshAnswer } from "#contracts/oauth";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import { readJson } from "#lib/read-json";
import { callYouTube } from "#platforms/youtube/api";

const timeMs = 10_000;
const scope = "https://www.googleapis.com/auth/youtube.force-ssl";
const tokens = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  expires_in: z.number().positive().optional(),
  scope: z.string().default(""),
});
const refusal = z.object({ error: z.string().optional() });
const channels = z.object({
  items: z.array(z.object({ id: z.string(), snippet: z.object({ title: z.string() }) })),
});

/** Google's sign-in. `prompt=consent` and offline access, because only then a refresh token comes every time. */
export const oauth: OAuthProvider = {
  secrets: ["YOUTUBE_CLIENT_ID", "YOUTUBE_CLIENT_SECRET"],
  usesPkce: true,
  scopes: {
    bot: [{ scope, why: "to write in live chats" }],
    owner: [{ scope, why: "to moderate the channel's live chat" }],
  },
  authorizeUrl({ role, state, codeChallenge, redirectUri }, config) {
    const base = config.YOUTUBE_AUTH_BASE;
    const url = new URL(base ? `${base}/auth` : "https://accounts.google.com/o/oauth2/v2/auth");
    url.search = new URLSearchParams({
      response_type: "code",
      client_id: config.YOUTUBE_CLIENT_ID ?? "",
      scope: oauth.scopes[role].map((one) => one.scope).join(" "),
      access_type: "offline",
      prompt: "consent",
      state,
      redirect_uri: redirectUri,
      ...(codeChallenge !== undefined && { code_challenge: codeChallenge, code_challenge_method: "S256" }),
    }).toString();
    return url;
  },
  async exchange({ code, codeVerifier, redirectUri }, context): Promise<Outcome<OAuthGrant>> {
    const answer = await ask(context, "/token", {
      grant_type: "authorization_code",
      code,
      redirect_uri: redirectUri,
      ...(codeVerifier !== undefined && { code_verifier: codeVerifier }),
    });
    if (!answer) return refuse("unavailable", { message: "Google could not be reached." });
    const granted = tokens.safeParse(answer.body).data;
    if (answer.status !== 200 || !granted)
      return refuse("bad_request", { message: "Google did not accept the sign-in. Please start again." });
    const whose = await callYouTube(
      { method: "GET", path: "/channels", query: { part: "id,snippet", mine: "true" } },
      { ...context, token: granted.access_token },
    );
    if (!whose.ok) return whose;
    const channel = channels.safeParse(whose.value).data?.items[0];
    if (!channel) return refuse("bad_request", { message: "This Google account has no YouTube channel." });
    return succeed({
      account: { id: channel.id, name: channel.snippet.title },
      accessToken: granted.access_token,
      ...(granted.refresh_token !== undefined && { refreshToken: granted.refresh_token }),
      ...(granted.expires_in !== undefined && { expiresInSeconds: granted.expires_in }),
      scopes: granted.scope.split(" ").filter(Boolean),
    });
  },
  async refresh(refreshToken, context): Promise<RefreshAnswer> {
    const answer = await ask(context, "/token", {
      grant_type: "refresh_token",
      refresh_token: refreshToken,
    });
    if (!answer) return { kind: "later", reason: "Google could not be reached" };
    const renewed = tokens.safeParse(answer.body).data;
    if (answer.status === 200 && renewed)
      return {
        kind: "renewed",
        accessToken: renewed.access_token,
        // Google keeps the old refresh token unless it names a new one.
        ...(renewed.refresh_token !== undefined && { refreshToken: renewed.refresh_token }),
        ...(renewed.expires_in !== undefined && { expiresInSeconds: renewed.expires_in }),
      };
    const isDead = answer.status === 400 && refusal.safeParse(answer.body).data?.error === "invalid_grant";
    if (isDead) return { kind: "dead", reason: "the permission was withdrawn or ran out" };
    return { kind: "later", reason: `Google refused to renew the token (${answer.status})` };
  },
  async revoke(accessToken, context): Promise<void> {
    await ask(context, "/revoke", { token: accessToken });
  },
};

/** Undefined when no answer came. */
async function ask(
  { fetch, config }: OAuthContext,
  route: "/token" | "/revoke",
  fields: Record<string, string>,
): Promise<{ status: number; body: unknown } | undefined> {
  const base = config.YOUTUBE_AUTH_BASE || "https://oauth2.googleapis.com";
  const { YOUTUBE_CLIENT_ID = "", YOUTUBE_CLIENT_SECRET = "" } = config;
  try {
    const response = await fetch(`${base}${route}`, {
      method: "POST",
      body: new URLSearchParams({
        ...fields,
        client_id: YOUTUBE_CLIENT_ID,
        client_secret: YOUTUBE_CLIENT_SECRET,
      }),
      redirect: "manual",
      signal: AbortSignal.timeout(timeMs),
    });
    return { status: response.status, body: readJson(await response.text()) };
  } catch {
    return undefined;
  }
}
