import * as z from "zod";
import type { OAuthContext, OAuthGrant, OAuthProvider, RefreshAnswer } from "#contracts/oauth";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import { readJson } from "#lib/read-json";
import { parseRetryAfter } from "#lib/retry";
import { scopes } from "#platforms/twitch/scopes";

/** Long: an answer we hang up on may already have used the refresh token up. */
const timeMs = 20_000;

/** Twitch answers `scope` with a list, and with nothing where none was given. */
const tokens = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  expires_in: z.number().positive().optional(),
  scope: z.array(z.string()).nullish(),
});
const problem = z.object({ message: z.string().default(""), error: z.string().default("") });
const owner = z.object({ user_id: z.string().min(1), login: z.string(), client_id: z.string() });

/**
 * Twitch's authorization code flow. It knows no PKCE (twitchdev/issues 1097): the client secret and the single-use
 * `state` of the caller stand in its place.
 */
export const oauth: OAuthProvider = {
  secrets: ["TWITCH_CLIENT_ID", "TWITCH_CLIENT_SECRET"],
  usesPkce: false,
  scopes,
  authorizeUrl({ role, state, redirectUri }, config) {
    const url = new URL(`${baseOf(config)}/authorize`);
    url.search = new URLSearchParams({
      response_type: "code",
      client_id: config.TWITCH_CLIENT_ID ?? "",
      redirect_uri: redirectUri,
      scope: scopes[role].map(({ scope }) => scope).join(" "),
      state,
      // Else somebody signed in as the bot would consent for it with the account of last time.
      force_verify: "true",
    }).toString();
    return url;
  },
  async exchange({ code, redirectUri }, context): Promise<Outcome<OAuthGrant>> {
    const fields = { grant_type: "authorization_code", code, redirect_uri: redirectUri };
    const answer = await askToken(context, fields);
    if (!answer) return refuse("unavailable", { message: "Twitch could not be reached." });
    const granted = tokens.safeParse(answer.body).data;
    if (answer.status !== 200 || !granted)
      return refuse("bad_request", { message: "Twitch did not accept the sign-in. Please start again." });
    const whose = owner.safeParse((await askValidate(granted.access_token, context))?.body).data;
    if (!whose || whose.client_id !== context.config.TWITCH_CLIENT_ID)
      return refuse("unavailable", { message: "Twitch did not say whose account this is." });
    return succeed({ account: { id: whose.user_id, name: whose.login }, scopes: [], ...grantOf(granted) });
  },
  async refresh(refreshToken, context): Promise<RefreshAnswer> {
    const fields = { grant_type: "refresh_token", refresh_token: refreshToken };
    const answer = await askToken(context, fields);
    if (!answer) return { kind: "later", reason: "Twitch could not be reached" };
    const renewed = tokens.safeParse(answer.body).data;
    if (answer.status === 200)
      return renewed
        ? { kind: "renewed", ...grantOf(renewed) }
        : { kind: "later", reason: "Twitch's answer was not understood" };
    return readRefusal(answer, context.now);
  },
  async validate(accessToken, context) {
    const answer = await askValidate(accessToken, context);
    if (answer?.status === 200) return "valid";
    return answer?.status === 401 ? "invalid" : "unknown";
  },
  async revoke(accessToken, context) {
    await askToken(context, { token: accessToken }, "/revoke");
  },
};

interface TokenAnswer {
  status: number;
  headers: Headers;
  body: unknown;
}

/** Only what speaks of the refresh token itself kills it: a wrong client secret must not disconnect everybody. */
function readRefusal({ status, headers, body }: TokenAnswer, now: number): RefreshAnswer {
  const { message, error } = problem.safeParse(body).data ?? { message: "", error: "" };
  const isDead =
    (status === 400 || status === 401) &&
    (error === "invalid_grant" || /^invalid refresh token$/i.test(message));
  if (isDead) return { kind: "dead", reason: "the permission was withdrawn or ran out" };
  const retryAfterMs = parseRetryAfter(headers.get("retry-after") ?? undefined, now);
  const reason = `Twitch refused to renew the token (${status})`;
  return { kind: "later", reason, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

function grantOf({ access_token, refresh_token, expires_in, scope }: z.infer<typeof tokens>) {
  return {
    accessToken: access_token,
    ...(refresh_token !== undefined && { refreshToken: refresh_token }),
    ...(expires_in !== undefined && { expiresInSeconds: expires_in }),
    ...(scope && { scopes: scope }),
  };
}

const baseOf = (config: OAuthContext["config"]) => config.TWITCH_AUTH_BASE || "https://id.twitch.tv/oauth2";

/** One request, no repetition: a refresh token and a code may be good for one use only. */
function askToken(
  context: OAuthContext,
  fields: Record<string, string>,
  route = "/token",
): Promise<TokenAnswer | undefined> {
  const { TWITCH_CLIENT_ID = "", TWITCH_CLIENT_SECRET = "" } = context.config;
  const secret = route === "/token" ? { client_secret: TWITCH_CLIENT_SECRET } : {};
  const body = new URLSearchParams({ client_id: TWITCH_CLIENT_ID, ...secret, ...fields });
  return ask(context, route, { method: "POST", body });
}

function askValidate(accessToken: string, context: OAuthContext): Promise<TokenAnswer | undefined> {
  return ask(context, "/validate", { headers: { authorization: `OAuth ${accessToken}` } });
}

async function ask(
  { fetch, config }: OAuthContext,
  route: string,
  init: RequestInit,
): Promise<TokenAnswer | undefined> {
  try {
    const signal = AbortSignal.timeout(timeMs);
    const response = await fetch(`${baseOf(config)}${route}`, { ...init, redirect: "manual", signal });
    const { status, headers } = response;
    return { status, headers, body: readJson(await response.text()) };
  } catch {
    // No answer; the caller says what that means.
    return undefined;
  }
}
