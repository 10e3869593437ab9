import * as z from "zod";
import type { OAuthContext, OAuthGrant, OAuthProvider, RefreshAnswer } from "#contracts/oauth";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import { readJson } from "#lib/read-json";
import { parseRetryAfter } from "#lib/retry";

/** Long: an answer we hang up on may already have used the refresh token up. */
const timeMs = 20_000;

const grant = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  // Shown as text in the documentation, sent as a number.
  expires_in: z.coerce.number().positive().optional(),
  scope: z.string().default(""),
});
const refused = z.object({ error: z.string().optional() });
const users = z.object({ data: z.tuple([z.object({ user_id: z.int().positive(), name: z.string() })]) });
const whoUnknown = "Kick did not say whose account this is. Please start again.";

/** Kick's OAuth 2.1 server at id.kick.com; a code challenge is demanded (Kick, OAuth 2.1). */
export const oauth: OAuthProvider = {
  secrets: ["KICK_CLIENT_ID", "KICK_CLIENT_SECRET"],
  usesPkce: true,
  scopes: {
    bot: [
      { scope: "user:read", why: "to know the bot's account" },
      { scope: "chat:write", why: "to speak in chat" },
      { scope: "moderation:ban", why: "to time out and ban where it is a moderator" },
      { scope: "moderation:chat_message:manage", why: "to delete messages where it is a moderator" },
    ],
    owner: [
      { scope: "user:read", why: "to know whose channel it is" },
      { scope: "events:subscribe", why: "to hear chat, follows and subscriptions" },
      { scope: "channel:write", why: "to change title and category" },
    ],
  },
  authorizeUrl({ role, state, codeChallenge, redirectUri }, config) {
    const url = new URL(`${authBase(config)}/authorize`);
    url.search = new URLSearchParams({
      response_type: "code",
      client_id: config.KICK_CLIENT_ID ?? "",
      redirect_uri: redirectUri,
      scope: oauth.scopes[role].map(({ scope }) => scope).join(" "),
      state,
      code_challenge: codeChallenge ?? "",
      code_challenge_method: "S256",
    }).toString();
    return url;
  },
  async exchange({ code, codeVerifier, redirectUri }, context): Promise<Outcome<OAuthGrant>> {
    const answer = await askToken(context, {
      grant_type: "authorization_code",
      code,
      redirect_uri: redirectUri,
      code_verifier: codeVerifier ?? "",
    });
    if (!answer) return refuse("unavailable", { message: "Kick could not be reached. Please try again." });
    const granted = grant.safeParse(answer.body);
    if (answer.status !== 200 || !granted.success)
      return refuse("bad_request", { message: "Kick did not accept the sign-in. Please start again." });
    const account = await askWho(granted.data.access_token, context);
    if (account) return succeed({ account, ...tokensOf(granted.data), scopes: scopesOf(granted.data) });
    // Nobody keeps a token of nobody.
    await revoke(granted.data.access_token, context);
    return refuse("unavailable", { message: whoUnknown });
  },
  async refresh(refreshToken, context): Promise<RefreshAnswer> {
    const answer = await askToken(context, { grant_type: "refresh_token", refresh_token: refreshToken });
    if (!answer) return { kind: "later", reason: "Kick could not be reached" };
    const renewed = grant.safeParse(answer.body);
    if (answer.status === 200)
      return renewed.success
        ? { kind: "renewed", ...tokensOf(renewed.data), ...knownScopes(renewed.data) }
        : { kind: "later", reason: "Kick's answer was not understood" };
    // Only what speaks of the refresh token itself kills it: a wrong client secret must not disconnect everybody.
    const isDead = answer.status === 400 && refused.safeParse(answer.body).data?.error === "invalid_grant";
    if (isDead) return { kind: "dead", reason: "the permission was withdrawn or ran out" };
    const reason = `Kick refused to renew the token (${answer.status})`;
    const { retryAfterMs } = answer;
    return { kind: "later", reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  },
  revoke,
};

async function revoke(accessToken: string, context: OAuthContext): Promise<void> {
  const query = new URLSearchParams({ token: accessToken, token_hint_type: "access_token" });
  await ask(context, `${authBase(context.config)}/revoke?${query}`, { method: "POST" });
}

function authBase(config: OAuthContext["config"]): string {
  return config.KICK_AUTH_BASE || "https://id.kick.com/oauth";
}

function askToken(context: OAuthContext, fields: Record<string, string>) {
  const { KICK_CLIENT_ID: client_id = "", KICK_CLIENT_SECRET: client_secret = "" } = context.config;
  const body = new URLSearchParams({ client_id, client_secret, ...fields });
  return ask(context, `${authBase(context.config)}/token`, { method: "POST", body });
}

/** Get Users without an id answers about the token's own account. */
async function askWho(token: string, context: OAuthContext): Promise<OAuthGrant["account"] | undefined> {
  const base = context.config.KICK_API_BASE || "https://api.kick.com";
  const headers = { authorization: `Bearer ${token}` };
  const answer = await ask(context, `${base}/public/v1/users`, { headers });
  const seen = users.safeParse(answer?.body).data?.data[0];
  return seen && { id: String(seen.user_id), name: seen.name.slice(0, 255).toWellFormed() };
}

/** Undefined when no answer came. */
async function ask({ fetch, now }: OAuthContext, url: string, init: RequestInit) {
  try {
    const signal = AbortSignal.timeout(timeMs);
    const response = await fetch(url, { ...init, redirect: "manual", signal });
    const retryAfterMs = parseRetryAfter(response.headers.get("retry-after") ?? undefined, now);
    return { status: response.status, retryAfterMs, body: readJson(await response.text()) };
  } catch {
    return undefined;
  }
}

function tokensOf({ access_token: accessToken, refresh_token, expires_in }: z.infer<typeof grant>) {
  return {
    accessToken,
    ...(refresh_token === undefined ? {} : { refreshToken: refresh_token }),
    ...(expires_in === undefined ? {} : { expiresInSeconds: expires_in }),
  };
}

function scopesOf({ scope }: z.infer<typeof grant>): string[] {
  return scope.split(" ").filter((one) => one !== "");
}

function knownScopes(granted: z.infer<typeof grant>): { scopes?: string[] } {
  const scopes = scopesOf(granted);
  return scopes.length === 0 ? {} : { scopes };
}
