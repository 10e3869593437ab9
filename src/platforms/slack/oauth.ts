import * as z from "zod";
import type { OAuthContext, OAuthGrant, OAuthProvider, RefreshAnswer } from "#contracts/oauth";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import { readJson } from "#lib/read-json";

const timeMs = 10_000;

const granted = z.object({
  ok: z.literal(true),
  /** Of the bot; what a person allowed for themselves stands elsewhere, and is not asked for. */
  access_token: z.string().min(1),
  token_type: z.literal("bot").default("bot"),
  scope: z.string().default(""),
  /** Both are there only where the application rotates its tokens. */
  refresh_token: z.string().min(1).optional(),
  expires_in: z.number().positive().optional(),
  /** Null where the whole organisation installed it. */
  team: z.object({ id: z.string().min(1), name: z.string().default("") }).nullish(),
});
type Granted = z.infer<typeof granted>;
const failed = z.object({ ok: z.literal(false), error: z.string() });

/** What Slack says of a refresh token it will never take again; each works once. */
const deadRefresh = new Set([
  "invalid_refresh_token",
  "invalid_grant",
  "token_revoked",
  "token_expired",
  "account_inactive",
  "authorization_not_found",
]);
const deadAccess = new Set([
  "invalid_auth",
  "account_inactive",
  "token_revoked",
  "token_expired",
  "not_authed",
]);

/** Installing the bot into a workspace: the grant's account is the team, and its token is good there only. */
export const oauth: OAuthProvider = {
  secrets: ["SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"],
  usesPkce: false,
  isInstall: true,
  scopes: {
    bot: [
      { scope: "app_mentions:read", why: "to hear when it is called by name" },
      { scope: "channels:history", why: "to hear commands in channels it is in" },
      { scope: "groups:history", why: "to hear commands in private channels it is in" },
      { scope: "channels:read", why: "to know who joins and leaves" },
      { scope: "groups:read", why: "to know who joins and leaves private channels" },
      { scope: "chat:write", why: "to answer" },
      { scope: "commands", why: "to offer /waddlebot and shortcuts" },
      { scope: "files:read", why: "to know when files are shared" },
      { scope: "files:write", why: "to share files" },
      { scope: "reactions:read", why: "to count reactions" },
      { scope: "reactions:write", why: "to react" },
      { scope: "usergroups:read", why: "to know who is in a user group" },
      { scope: "usergroups:write", why: "to put people with a label into a user group" },
      { scope: "users:read", why: "to call people by their names" },
      { scope: "channels:manage", why: "to make channels, invite people and set topics" },
      { scope: "groups:write", why: "to do the same with private channels" },
    ],
    owner: [],
  },
  authorizeUrl({ role, state, redirectUri }, config) {
    const url = new URL(`${config.SLACK_AUTH_BASE || "https://slack.com/oauth/v2"}/authorize`);
    url.search = new URLSearchParams({
      client_id: config.SLACK_CLIENT_ID ?? "",
      scope: oauth.scopes[role].map(({ scope }) => scope).join(","),
      state,
      redirect_uri: redirectUri,
    }).toString();
    return url;
  },
  async exchange({ code, redirectUri }, context): Promise<Outcome<OAuthGrant>> {
    const answer = await askToken(context, { code, redirect_uri: redirectUri });
    if (!answer) return refuse("unavailable", { message: "Slack could not be reached." });
    const grant = granted.safeParse(answer.body).data;
    if (!grant)
      return refuse("bad_request", { message: "Slack did not accept the sign-in. Please start again." });
    if (!grant.team)
      return refuse("bad_request", {
        message: "Please install the bot into one workspace, not into the whole organisation.",
      });
    return succeed({ account: grant.team, ...tokensOf(grant) });
  },
  async refresh(refreshToken, context): Promise<RefreshAnswer> {
    const answer = await askToken(context, { grant_type: "refresh_token", refresh_token: refreshToken });
    if (!answer) return { kind: "later", reason: "Slack could not be reached" };
    const grant = granted.safeParse(answer.body).data;
    if (grant) return { kind: "renewed", ...tokensOf(grant) };
    const error = failed.safeParse(answer.body).data?.error;
    if (error !== undefined && deadRefresh.has(error))
      return { kind: "dead", reason: "the bot was removed from the workspace, or its permission ran out" };
    const retryAfterMs = Number(answer.retryAfter) * 1000;
    const wait = Number.isFinite(retryAfterMs) && retryAfterMs > 0 ? { retryAfterMs } : {};
    return { kind: "later", reason: `Slack refused to renew the token (${error ?? answer.status})`, ...wait };
  },
  async validate(accessToken, context) {
    const answer = await ask(context, "auth.test", `Bearer ${accessToken}`);
    if (answer?.status !== 200) return "unknown";
    const error = failed.safeParse(answer.body).data?.error;
    if (error !== undefined) return deadAccess.has(error) ? "invalid" : "unknown";
    return z.object({ ok: z.literal(true) }).safeParse(answer.body).success ? "valid" : "unknown";
  },
  async revoke(accessToken, context): Promise<void> {
    await ask(context, "auth.revoke", `Bearer ${accessToken}`);
  },
};

function tokensOf({ access_token: accessToken, refresh_token, expires_in, scope }: Granted) {
  return {
    accessToken,
    ...(refresh_token === undefined ? {} : { refreshToken: refresh_token }),
    ...(expires_in === undefined ? {} : { expiresInSeconds: expires_in }),
    scopes: scope.split(/[ ,]/).filter(Boolean),
  };
}

interface TokenAnswer {
  status: number;
  retryAfter: string | null;
  body: unknown;
}

/** The application shows itself by HTTP basic authentication, so that no secret stands in a body. */
function askToken(context: OAuthContext, fields: Record<string, string>): Promise<TokenAnswer | undefined> {
  const { SLACK_CLIENT_ID = "", SLACK_CLIENT_SECRET = "" } = context.config;
  return ask(
    context,
    "oauth.v2.access",
    `Basic ${btoa(`${SLACK_CLIENT_ID}:${SLACK_CLIENT_SECRET}`)}`,
    fields,
  );
}

/** Undefined when no answer came. */
async function ask(
  { fetch, config }: OAuthContext,
  method: string,
  authorization: string,
  fields: Record<string, string> = {},
): Promise<TokenAnswer | undefined> {
  const base = config.SLACK_API_BASE || "https://slack.com/api";
  try {
    const response = await fetch(`${base}/${method}`, {
      method: "POST",
      headers: { authorization },
      body: new URLSearchParams(fields),
      redirect: "manual",
      signal: AbortSignal.timeout(timeMs),
    });
    const retryAfter = response.headers.get("retry-after");
    return { status: response.status, retryAfter, body: readJson(await response.text()) };
  } catch {
    return undefined;
  }
}
