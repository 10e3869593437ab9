import { Hono } from "hono";
import * as z from "zod";
import type { IssuedTokens, KickTokens } from "#simulators/kick/tokens";
import type { SimulatorSecrets } from "#simulators/secrets";

/** What the person before the consent page does next. */
export interface ConsentPlan {
  account: string;
  /** Fewer than asked for; absent: all of them. */
  scopes?: readonly string[];
  /** Says no instead. */
  refuses?: boolean;
}

const request = z.object({
  response_type: z.literal("code"),
  client_id: z.string(),
  redirect_uri: z.url(),
  scope: z.string(),
  state: z.string().min(1),
  code_challenge: z.string().regex(/^[\w-]{43}$/),
  code_challenge_method: z.literal("S256"),
});
const tokenForm = z.object({
  client_id: z.string().optional(),
  client_secret: z.string().optional(),
  grant_type: z.string().optional(),
  code: z.string().default(""),
  redirect_uri: z.string().default(""),
  code_verifier: z.string().default(""),
  refresh_token: z.string().default(""),
});

export interface OAuthParts {
  tokens: KickTokens;
  secrets: SimulatorSecrets["kick"];
  nextConsent(): ConsentPlan;
}

/** id.kick.com: everybody consents at once, as the one whose turn it is. */
export function makeOAuthRoutes({ tokens, secrets, nextConsent }: OAuthParts): Hono {
  const app = new Hono();

  app.get("/authorize", (context) => {
    const asked = request.safeParse(context.req.query());
    if (!asked.success || asked.data.client_id !== secrets.clientId)
      return context.json({ error: "Invalid request" }, 400);
    const { redirect_uri: redirectUri, state, scope, code_challenge: challenge } = asked.data;
    const { account, scopes = scope.split(" "), refuses = false } = nextConsent();
    const target = new URL(redirectUri);
    if (refuses) target.searchParams.set("error", "access_denied");
    else target.searchParams.set("code", tokens.makeCode({ account, scopes, redirectUri, challenge }));
    target.searchParams.set("state", state);
    return context.redirect(target.href);
  });

  app.post("/token", async (context) => {
    const form = tokenForm.parse(await context.req.parseBody());
    if (form.client_id !== secrets.clientId || form.client_secret !== secrets.clientSecret)
      return context.json({ error: "invalid_client" }, 401);
    if (form.grant_type === "client_credentials") {
      const { accessToken, expiresIn } = tokens.issue("", []);
      return context.json({ access_token: accessToken, expires_in: expiresIn, token_type: "Bearer" });
    }
    if (form.grant_type === "authorization_code") {
      const issued = tokens.redeem(form.code, form.redirect_uri, form.code_verifier);
      return issued ? context.json(onWire(issued)) : context.json({ error: "invalid_grant" }, 400);
    }
    if (form.grant_type !== "refresh_token") return context.json({ error: "unsupported_grant_type" }, 400);
    const issued = tokens.refresh(form.refresh_token);
    return issued ? context.json(onWire(issued)) : context.json({ error: "invalid_grant" }, 400);
  });

  app.post("/revoke", (context) => {
    tokens.revoke(context.req.query("token") ?? "");
    return context.text("OK");
  });
  return app;
}

function onWire({ accessToken, refreshToken, scopes, expiresIn }: IssuedTokens) {
  return {
    access_token: accessToken,
    token_type: "Bearer",
    refresh_token: refreshToken,
    expires_in: String(expiresIn),
    scope: scopes.join(" "),
  };
}
