import { createHash } from "node:crypto";
import { type Context, Hono } from "hono";
import type { Random } from "#simulators/random";
import type { SimulatorSecrets } from "#simulators/secrets";

/** Google's sign-in: consents at once, codes work once, the refresh token stays good until it is revoked. */
export function makeGoogleOAuth(
  secrets: SimulatorSecrets["youtube"],
  random: Random,
  consentingChannel: () => string,
) {
  const codes = new Map<string, { redirectUri: string; challenge: string | undefined; channel: string }>();
  const accounts = new Map<string, string>([[secrets.botToken, secrets.botChannelId]]);
  const refreshTokens = new Map<string, string>();
  const routes = new Hono();

  routes.get("/auth", (context) => {
    const query = context.req.query();
    if (query.client_id !== secrets.clientId || !query.redirect_uri) return context.text("bad request", 400);
    const code = `4/${random.hex(20)}`;
    codes.set(code, {
      redirectUri: query.redirect_uri,
      challenge: query.code_challenge,
      channel: consentingChannel(),
    });
    const back = new URL(query.redirect_uri);
    back.searchParams.set("code", code);
    back.searchParams.set("state", query.state ?? "");
    return context.redirect(back.href);
  });

  routes.post("/token", async (context) => {
    const form = new URLSearchParams(await context.req.text());
    if (form.get("client_id") !== secrets.clientId || form.get("client_secret") !== secrets.clientSecret)
      return context.json({ error: "invalid_client" }, 401);
    if (form.get("grant_type") === "refresh_token") {
      const channel = refreshTokens.get(form.get("refresh_token") ?? "");
      return channel === undefined
        ? context.json({ error: "invalid_grant" }, 400)
        : grant(context, channel, undefined);
    }
    const known = codes.get(form.get("code") ?? "");
    codes.delete(form.get("code") ?? "");
    const proof = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    const isFine =
      known?.redirectUri === form.get("redirect_uri") &&
      (known.challenge === undefined || known.challenge === proof);
    if (!known || !isFine) return context.json({ error: "invalid_grant" }, 400);
    const refreshToken = `1//${random.hex(24)}`;
    refreshTokens.set(refreshToken, known.channel);
    return grant(context, known.channel, refreshToken);
  });

  routes.post("/revoke", async (context) => {
    const token = new URLSearchParams(await context.req.text()).get("token") ?? "";
    accounts.delete(token);
    return context.json({});
  });

  function grant(context: Context, channel: string, refreshToken: string | undefined) {
    const accessToken = `ya29.${random.hex(30)}`;
    accounts.set(accessToken, channel);
    return context.json({
      access_token: accessToken,
      expires_in: 3599,
      token_type: "Bearer",
      scope: "https://www.googleapis.com/auth/youtube.force-ssl",
      ...(refreshToken && { refresh_token: refreshToken }),
    });
  }

  return { routes, accountOf: (token: string) => accounts.get(token) };
}
