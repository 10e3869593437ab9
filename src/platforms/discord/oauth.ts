import * as z from "zod";
import type { OAuthContext, OAuthGrant, OAuthProvider, RefreshAnswer } from "#contracts/oauth";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import { readJson } from "#lib/read-json";

/** View channels, send, embed, react, read history, manage messages, use app commands, moderate, kick, ban, roles. */
const permissions =
  (1n << 10n) |
  (1n << 11n) |
  (1n << 14n) |
  (1n << 6n) |
  (1n << 16n) |
  (1n << 13n) |
  (1n << 31n) |
  (1n << 40n) |
  (1n << 1n) |
  (1n << 2n) |
  (1n << 28n);
const timeMs = 10_000;

const tokens = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  expires_in: z.number().positive().optional(),
  scope: z.string().default(""),
  /** There when the bot was added to a server. */
  guild: z.object({ id: z.string(), name: z.string() }).optional(),
});
const refusal = z.object({ error: z.string().optional() });

/** Adding the bot to a server: the grant's account is the server, so a community is connected to what was chosen. */
export const oauth: OAuthProvider = {
  secrets: ["DISCORD_APPLICATION_ID", "DISCORD_CLIENT_SECRET"],
  usesPkce: true,
  scopes: {
    bot: [],
    owner: [
      { scope: "bot", why: "to be in the server and speak there" },
      { scope: "applications.commands", why: "to offer its commands with /" },
      { scope: "identify", why: "to know who added it" },
    ],
  },
  authorizeUrl({ role, state, codeChallenge, redirectUri }, config) {
    const base = config.DISCORD_AUTH_BASE || "https://discord.com/oauth2";
    const url = new URL(`${base}/authorize`);
    url.search = new URLSearchParams({
      response_type: "code",
      client_id: config.DISCORD_APPLICATION_ID ?? "",
      scope: oauth.scopes[role].map(({ scope }) => scope).join(" "),
      permissions: String(permissions),
      state,
      redirect_uri: redirectUri,
      ...(codeChallenge === undefined
        ? {}
        : { code_challenge: codeChallenge, code_challenge_method: "S256" }),
    }).toString();
    return url;
  },
  async exchange({ code, codeVerifier, redirectUri }, context): Promise<Outcome<OAuthGrant>> {
    const answer = await askToken(context, {
      grant_type: "authorization_code",
      code,
      redirect_uri: redirectUri,
      ...(codeVerifier === undefined ? {} : { code_verifier: codeVerifier }),
    });
    if (!answer) return refuse("unavailable", { message: "Discord could not be reached." });
    const granted = tokens.safeParse(answer.body).data;
    if (answer.status !== 200 || !granted)
      return refuse("bad_request", { message: "Discord did not accept the sign-in. Please start again." });
    if (!granted.guild)
      return refuse("bad_request", { message: "The bot was not added to a server. Please choose one." });
    const { access_token: accessToken, refresh_token, expires_in, scope, guild } = granted;
    return succeed({
      account: guild,
      accessToken,
      ...(refresh_token === undefined ? {} : { refreshToken: refresh_token }),
      ...(expires_in === undefined ? {} : { expiresInSeconds: expires_in }),
      scopes: scope.split(" ").filter(Boolean),
    });
  },
  async refresh(refreshToken, context): Promise<RefreshAnswer> {
    const answer = await askToken(context, { grant_type: "refresh_token", refresh_token: refreshToken });
    if (!answer) return { kind: "later", reason: "Discord could not be reached" };
    const renewed = tokens.safeParse(answer.body).data;
    if (answer.status === 200 && renewed) {
      const { access_token: accessToken, refresh_token, expires_in, scope } = renewed;
      return {
        kind: "renewed",
        accessToken,
        ...(refresh_token === undefined ? {} : { refreshToken: refresh_token }),
        ...(expires_in === undefined ? {} : { expiresInSeconds: expires_in }),
        scopes: scope.split(" ").filter(Boolean),
      };
    }
    const isDead = answer.status === 400 && refusal.safeParse(answer.body).data?.error === "invalid_grant";
    if (isDead) return { kind: "dead", reason: "the permission was withdrawn or ran out" };
    return { kind: "later", reason: `Discord refused to renew the token (${answer.status})` };
  },
  async revoke(accessToken, context): Promise<void> {
    await askToken(context, { token: accessToken, token_type_hint: "access_token" }, "/token/revoke");
  },
};

/** Undefined when no answer came. The application shows itself by HTTP basic authentication. */
async function askToken(
  { fetch, config }: OAuthContext,
  fields: Record<string, string>,
  route = "/token",
): Promise<{ status: number; body: unknown } | undefined> {
  const api = config.DISCORD_API_BASE || "https://discord.com/api/v10";
  const { DISCORD_APPLICATION_ID = "", DISCORD_CLIENT_SECRET = "" } = config;
  try {
    const response = await fetch(`${api}/oauth2${route}`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${DISCORD_APPLICATION_ID}:${DISCORD_CLIENT_SECRET}`)}` },
      body: new URLSearchParams(fields),
      redirect: "manual",
      signal: AbortSignal.timeout(timeMs),
    });
    return { status: response.status, body: readJson(await response.text()) };
  } catch {
    return undefined;
  }
}
