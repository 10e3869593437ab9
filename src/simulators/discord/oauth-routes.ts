import { createHash } from "node:crypto";
import { type Context, Hono } from "hono";
import { demoIds } from "#simulators/demo";
import type { Random } from "#simulators/random";
import type { SimulatorSecrets } from "#simulators/secrets";

const accessLifetimeSeconds = 604_800;

/** Adding a bot to a server: the page consents at once, codes work once, refresh tokens rotate. */
export function makeDiscordOAuth(secrets: SimulatorSecrets["discord"], random: Random): Hono {
  const codes = new Map<string, { redirectUri: string; challenge: string | undefined; scope: string }>();
  const refreshTokens = new Map<string, string>();
  const app = new Hono();

  app.get("/authorize", (context) => {
    const query = context.req.query();
    const { client_id: client, redirect_uri: redirectUri, state = "", scope = "" } = query;
    if (client !== secrets.applicationId || !redirectUri) return context.text("invalid request", 400);
    const code = random.hex(15);
    codes.set(code, { redirectUri, challenge: query.code_challenge, scope });
    const back = new URL(redirectUri);
    back.searchParams.set("code", code);
    back.searchParams.set("state", state);
    if (scope.split(" ").includes("bot")) back.searchParams.set("guild_id", demoIds.discordGuildId);
    return context.redirect(back.href);
  });

  app.post("/token", async (context) => {
    const basic = Buffer.from(`${secrets.applicationId}:${secrets.clientSecret}`).toString("base64");
    if (context.req.header("authorization") !== `Basic ${basic}`)
      return context.json({ error: "invalid_client" }, 401);
    const form = new URLSearchParams(await context.req.text());
    const scope = form.get("grant_type") === "refresh_token" ? spendRefresh(form) : spendCode(form);
    return scope === undefined ? context.json({ error: "invalid_grant" }, 400) : grant(context, scope);
  });
  app.post("/token/revoke", (context) => context.json({}));

  function spendRefresh(form: URLSearchParams): string | undefined {
    const token = form.get("refresh_token") ?? "";
    const scope = refreshTokens.get(token);
    refreshTokens.delete(token);
    return scope;
  }

  function spendCode(form: URLSearchParams): string | undefined {
    const code = form.get("code") ?? "";
    const known = codes.get(code);
    codes.delete(code);
    if (!known || known.redirectUri !== form.get("redirect_uri")) return undefined;
    const verifier = form.get("code_verifier") ?? "";
    const isProven =
      known.challenge === undefined ||
      createHash("sha256").update(verifier).digest("base64url") === known.challenge;
    return isProven ? known.scope : undefined;
  }

  function grant(context: Context, scope: string) {
    const refreshToken = random.hex(15);
    refreshTokens.set(refreshToken, scope);
    const guild = { id: demoIds.discordGuildId, name: "Pia's lounge" };
    return context.json({
      token_type: "Bearer",
      access_token: random.hex(15),
      refresh_token: refreshToken,
      expires_in: accessLifetimeSeconds,
      scope,
      ...(scope.split(" ").includes("bot") ? { guild } : {}),
    });
  }
  return app;
}
