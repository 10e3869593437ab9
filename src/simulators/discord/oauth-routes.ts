import { createHash } from "node:crypto";
import { type Context, Hono } from "hono";
import { demoIds } from "#simulators/demo";
import type { Random } from "#simulators/random";
import type { SimulatorSecrets } from "#simulators/secrets";
import { showSignIn } from "#simulators/sign-in-page";
import type { Viewer } from "#simulators/viewers";

const accessLifetimeSeconds = 604_800;

interface Code {
  redirectUri: string;
  challenge: string | undefined;
  scope: string;
  /** Who signed in, where that was all that was asked for. */
  viewer?: Viewer;
}

export interface DiscordOAuth {
  routes: Hono;
  /** Whose token that is; undefined for none of a person. */
  personOf(authorization: string | undefined): Viewer | undefined;
}

/** Adding a bot to a server: the page consents at once. Signing in: it asks who it is. Codes work once, refresh tokens rotate. */
export function makeDiscordOAuth(secrets: SimulatorSecrets["discord"], random: Random): DiscordOAuth {
  const codes = new Map<string, Code>();
  const refreshTokens = new Map<string, string>();
  const people = new Map<string, Viewer>();
  const app = new Hono();

  app.get("/authorize", (context) => {
    const query = context.req.query();
    const { client_id: client, redirect_uri: redirectUri, state = "", scope = "" } = query;
    if (client !== secrets.applicationId || !redirectUri) return context.text("invalid request", 400);
    if (scope === "identify")
      return showSignIn(context, "Discord", (consent) => {
        const code = random.hex(15);
        codes.set(code, { challenge: undefined, ...consent, scope });
        return code;
      });
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
    if (form.get("grant_type") === "refresh_token") {
      const scope = spendRefresh(form);
      return scope === undefined ? context.json({ error: "invalid_grant" }, 400) : grant(context, { scope });
    }
    const spent = spendCode(form);
    return spent ? grant(context, spent) : context.json({ error: "invalid_grant" }, 400);
  });
  app.post("/token/revoke", async (context) => {
    people.delete(new URLSearchParams(await context.req.text()).get("token") ?? "");
    return context.json({});
  });

  function spendRefresh(form: URLSearchParams): string | undefined {
    const token = form.get("refresh_token") ?? "";
    const scope = refreshTokens.get(token);
    refreshTokens.delete(token);
    return scope;
  }

  function spendCode(form: URLSearchParams): Code | undefined {
    const code = form.get("code") ?? "";
    const known = codes.get(code);
    codes.delete(code);
    if (!known || known.redirectUri !== form.get("redirect_uri")) return undefined;
    const verifier = form.get("code_verifier") ?? "";
    const isProven =
      known.challenge === undefined ||
      createHash("sha256").update(verifier).digest("base64url") === known.challenge;
    return isProven ? known : undefined;
  }

  function grant(context: Context, { scope, viewer }: Pick<Code, "scope" | "viewer">) {
    const accessToken = random.hex(15);
    if (viewer) people.set(accessToken, viewer);
    const refreshToken = random.hex(15);
    refreshTokens.set(refreshToken, scope);
    const guild = { id: demoIds.discordGuildId, name: "Pia's lounge" };
    return context.json({
      token_type: "Bearer",
      access_token: accessToken,
      refresh_token: refreshToken,
      expires_in: accessLifetimeSeconds,
      scope,
      ...(scope.split(" ").includes("bot") ? { guild } : {}),
    });
  }
  return {
    routes: app,
    personOf: (authorization) => people.get(authorization?.replace(/^Bearer /, "") ?? ""),
  };
}
