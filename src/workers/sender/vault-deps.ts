import * as z from "zod";
import type { OAuthContext, OAuthProvider } from "#contracts/oauth";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import { openDatabase } from "#db/client";
import { isolateMeter } from "#durable-objects/metrics/meter-post";
import { metricsOf } from "#durable-objects/metrics/metrics-of";
import { makePostgresCopies } from "#durable-objects/token-vault/postgres-copies";
import type { TokenVaultDeps } from "#durable-objects/token-vault/token-vault";
import { platforms } from "#platforms/registry";
import { variable } from "#workers/sender/variables";
import { platformConfig } from "#workers/shared/platform-config";

const appGrant = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });
const tokenTimeMs = 5000;

/** What the vaults of the sender stand on: each platform's own authorization server, and Postgres for the copies. */
export const vaultDeps: TokenVaultDeps<SenderEnv> = {
  now: () => Date.now(),
  keyring: (env) => platformConfig(env)["TOKEN_ENCRYPTION_KEYS"],
  async refresh(env, provider, refreshToken) {
    const oauth = configured(env, provider);
    if (!oauth) return { kind: "later", reason: `${provider} is not configured` };
    const answer = await oauth.refresh(refreshToken, oauthContext(env));
    isolateMeter.count("waddlebot_oauth_token_refreshes_total", { platform: provider, status: answer.kind });
    // Whoever waits for the token waits for no figure.
    void isolateMeter.send(() => metricsOf(env.METRICS), Date.now(), 0);
    return answer;
  },
  isAskedForLife: (provider) => platforms.get(provider)?.oauth?.validate !== undefined,
  askLife: async (env, provider, accessToken) =>
    (await configured(env, provider)?.validate?.(accessToken, oauthContext(env))) ?? "unknown",
  giveBack: async (env, provider, accessToken) =>
    configured(env, provider)?.revoke?.(accessToken, oauthContext(env)),
  askAppToken,
  copies: (env) =>
    platformConfig(env)["DATABASE_URL"] ? makePostgresCopies(() => openDatabase(env)) : undefined,
};

/** What a conversation with an authorization server is given. */
export function oauthContext(env: SenderEnv): OAuthContext {
  return { fetch: (input, init) => fetch(input, init), config: platformConfig(env), now: Date.now() };
}

/** The platform's sign-in, where all its variables are set. */
export function configured(env: SenderEnv, provider: string): OAuthProvider | undefined {
  const oauth = platforms.get(provider)?.oauth;
  const config = platformConfig(env);
  return oauth?.secrets.every((name) => config[name]) ? oauth : undefined;
}

/** RFC 6749 §4.4 with `<NAME>_AUTH_BASE`, `_CLIENT_ID` and `_CLIENT_SECRET`. */
async function askAppToken(
  env: SenderEnv,
  provider: string,
): Promise<Outcome<{ token: string; expiresInSeconds: number }>> {
  const of = (name: string) => platformConfig(env)[variable(provider, name)];
  const [base, id, secret] = [of("AUTH_BASE"), of("CLIENT_ID"), of("CLIENT_SECRET")];
  if (!base || !id || !secret) return refuse("unavailable", { message: `${provider} is not configured` });
  const body = new URLSearchParams({
    client_id: id,
    client_secret: secret,
    grant_type: "client_credentials",
  });
  try {
    const signal = AbortSignal.timeout(tokenTimeMs);
    const response = await fetch(`${base}/token`, { method: "POST", body, signal, redirect: "manual" });
    if (!response.ok)
      return refuse("unavailable", { message: `${provider} refused a token (${response.status})` });
    const { access_token: token, expires_in: expiresInSeconds } = appGrant.parse(await response.json());
    return succeed({ token, expiresInSeconds });
  } catch {
    // Nothing was said in chat yet, so this may simply be tried again.
    return refuse("unavailable", { message: `${provider} could not be asked for a token` });
  }
}
