import { Hono } from "hono";
import type { SimulatorSecrets } from "#simulators/secrets";
import type { SlackTokens } from "#simulators/slack/tokens";

/** Installing the app: the page consents at once, or refuses when told so. */
export interface SlackConsent {
  /** Asked for, and what is granted of it; by default all. */
  grants(scopes: readonly string[]): readonly string[];
  isDenied: boolean;
}

export function makeSlackOAuthRoutes(
  secrets: SimulatorSecrets["slack"],
  tokens: SlackTokens,
  consent: SlackConsent,
): Hono {
  const app = new Hono();
  app.get("/authorize", (context) => {
    const { client_id: client, redirect_uri: redirectUri, state = "", scope = "" } = context.req.query();
    if (client !== secrets.clientId || !redirectUri) return context.text("invalid_client_id", 400);
    const back = new URL(redirectUri);
    back.searchParams.set("state", state);
    if (consent.isDenied) back.searchParams.set("error", "access_denied");
    else {
      const granted = consent.grants(scope.split(",").filter(Boolean)).join(",");
      back.searchParams.set("code", tokens.issueCode({ redirectUri, scope: granted }));
    }
    return context.redirect(back.href);
  });
  return app;
}
