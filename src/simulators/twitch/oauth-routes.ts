import { type Context, Hono } from "hono";
import * as z from "zod";
import type { Clock } from "#simulators/clock";
import type { SimulatorSecrets } from "#simulators/secrets";
import { showSignIn } from "#simulators/sign-in-page";
import type { Account } from "#simulators/twitch/payloads";
import type { Consents } from "#simulators/twitch/scopes";
import { appTokenSeconds, type IssuedPair, type Tokens, userTokenSeconds } from "#simulators/twitch/tokens";

const tokenForm = z.object({
  client_id: z.string().optional(),
  client_secret: z.string().optional(),
  grant_type: z.string().optional(),
  refresh_token: z.string().optional(),
  code: z.string().optional(),
  redirect_uri: z.string().optional(),
  token: z.string().optional(),
});
type TokenForm = z.infer<typeof tokenForm>;

export interface OAuthParts {
  clock: Clock;
  tokens: Tokens;
  secrets: SimulatorSecrets["twitch"];
  consents: Consents;
  accountOf(userId: string): Account;
  /** Who sits in front of the authorize page and says yes; undefined says no. */
  signedIn(scopes: readonly string[]): string | undefined;
}

/** id.twitch.tv as a bot needs it. The authorize page consents by itself. */
export function makeOAuthRoutes(parts: OAuthParts): Hono {
  const app = new Hono();
  app.get("/authorize", (context) => authorize(context, parts));
  app.post("/token", async (context) => {
    const form = tokenForm.safeParse(await context.req.parseBody()).data ?? {};
    return giveToken(context, form, parts);
  });
  app.post("/revoke", async (context) => {
    const { client_id, token = "" } = tokenForm.safeParse(await context.req.parseBody()).data ?? {};
    if (client_id !== parts.secrets.clientId) return refuse(context, 404, "client does not exist");
    return parts.tokens.revoke(token) ? context.body(null, 200) : refuse(context, 400, "Invalid token");
  });
  app.get("/validate", (context) => validate(context, parts));
  return app;
}

function authorize(context: Context, { secrets, signedIn, consents, tokens }: OAuthParts) {
  const { response_type, client_id, redirect_uri = "", scope = "", state = "" } = context.req.query();
  if (client_id !== secrets.clientId || response_type !== "code" || !URL.canParse(redirect_uri))
    return refuse(context, 400, "Parameter redirect_uri does not match registered URI");
  const scopes = scope.split(" ").filter(Boolean);
  // Whoever asks for nothing only wants to know who it is.
  if (scopes.length === 0)
    return showSignIn(context, "Twitch", ({ viewer, redirectUri }) =>
      tokens.issueCode({ userId: viewer.twitchId, scopes, redirectUri }),
    );
  const userId = signedIn(scopes);
  const back = new URL(redirect_uri);
  back.searchParams.set("state", state);
  if (userId === undefined) {
    back.searchParams.set("error", "access_denied");
    back.searchParams.set("error_description", "The user denied you access");
    return context.redirect(back.toString(), 302);
  }
  consents.give(userId, scopes);
  back.searchParams.set("code", tokens.issueCode({ userId, scopes, redirectUri: redirect_uri }));
  back.searchParams.set("scope", scope);
  return context.redirect(back.toString(), 302);
}

function giveToken(context: Context, input: TokenForm, { secrets, tokens }: OAuthParts) {
  if (input.client_id !== secrets.clientId) return refuse(context, 400, "invalid client");
  if (input.client_secret !== secrets.clientSecret) return refuse(context, 403, "invalid client secret");
  switch (input.grant_type) {
    case "client_credentials": {
      const answer = { access_token: tokens.issueApp(), expires_in: appTokenSeconds, token_type: "bearer" };
      return context.json(answer);
    }
    case "authorization_code": {
      const pair = tokens.redeem(input.code ?? "", input.redirect_uri ?? "");
      return pair ? givePair(context, pair) : refuse(context, 400, "Invalid authorization code");
    }
    case "refresh_token": {
      const pair = tokens.refresh(input.refresh_token ?? "");
      return pair ? givePair(context, pair) : refuse(context, 400, "Invalid refresh token");
    }
    default:
      return refuse(context, 400, "invalid grant type");
  }
}

function givePair(context: Context, { accessToken, refreshToken, scopes }: IssuedPair) {
  return context.json({
    access_token: accessToken,
    refresh_token: refreshToken,
    expires_in: userTokenSeconds,
    scope: scopes,
    token_type: "bearer",
  });
}

function validate(context: Context, { clock, tokens, secrets, accountOf }: OAuthParts) {
  const token = context.req.header("authorization")?.replace(/^(OAuth|Bearer) /, "");
  const found = token ? tokens.check(token) : undefined;
  if (!found) return refuse(context, 401, "invalid access token");
  const { userId, scopes } = found;
  const expires_in = Math.floor((found.expiresAt - clock.now()) / 1000);
  if (userId === undefined) return context.json({ client_id: secrets.clientId, scopes: [], expires_in });
  const { login } = accountOf(userId);
  return context.json({ client_id: secrets.clientId, login, scopes, user_id: userId, expires_in });
}

function refuse(context: Context, status: 400 | 401 | 403 | 404, message: string) {
  return context.json({ status, message }, status);
}
