import { Hono } from "hono";
import * as z from "zod";
import type { Clock } from "#simulators/clock";
import type { SimulatorSecrets } from "#simulators/secrets";
import { appTokenSeconds, type Tokens, userTokenSeconds } from "#simulators/twitch/tokens";

const tokenForm = z.object({
  client_id: z.string().optional(),
  client_secret: z.string().optional(),
  grant_type: z.string().optional(),
  refresh_token: z.string().optional(),
});

const scopes = ["user:bot", "user:read:chat", "user:write:chat", "moderator:read:followers"];

export interface OAuthParts {
  clock: Clock;
  tokens: Tokens;
  secrets: SimulatorSecrets["twitch"];
  botLogin: string;
}

/** The two endpoints of id.twitch.tv that a bot needs. */
export function makeOAuthRoutes({ clock, tokens, secrets, botLogin }: OAuthParts): Hono {
  const app = new Hono();

  app.post("/token", async (context) => {
    const form = tokenForm.safeParse(await context.req.parseBody());
    const input = form.success ? form.data : {};
    const refuse = (status: 400 | 403, message: string) => context.json({ status, message }, status);
    if (input.client_id !== secrets.clientId) return refuse(400, "invalid client");
    if (input.client_secret !== secrets.clientSecret) return refuse(403, "invalid client secret");
    if (input.grant_type === "client_credentials") {
      const answer = { access_token: tokens.issueApp(), expires_in: appTokenSeconds, token_type: "bearer" };
      return context.json(answer);
    }
    if (input.grant_type !== "refresh_token") return refuse(400, "invalid grant type");
    const pair = input.refresh_token ? tokens.refresh(input.refresh_token) : undefined;
    if (!pair) return refuse(400, "Invalid refresh token");
    return context.json({
      access_token: pair.accessToken,
      refresh_token: pair.refreshToken,
      expires_in: userTokenSeconds,
      scope: scopes,
      token_type: "bearer",
    });
  });

  app.get("/validate", (context) => {
    const token = context.req.header("authorization")?.replace(/^(OAuth|Bearer) /, "");
    const found = token ? tokens.check(token) : undefined;
    if (!found) return context.json({ status: 401, message: "invalid access token" }, 401);
    const expiresIn = Math.floor((found.expiresAt - clock.now()) / 1000);
    if (found.kind === "app") {
      return context.json({ client_id: secrets.clientId, scopes: [], expires_in: expiresIn });
    }
    return context.json({
      client_id: secrets.clientId,
      login: botLogin,
      scopes,
      user_id: found.userId,
      expires_in: expiresIn,
    });
  });

  return app;
}
