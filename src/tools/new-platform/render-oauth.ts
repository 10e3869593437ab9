import { titleOf, variablesOf } from "#tools/new-platform/naming";

/** How its accounts are connected: `oauth.ts`, RFC 6749 with the proof of RFC 7636. */
export function renderOauth(name: string): Record<string, string> {
  const { apiBase, authBase, clientId, clientSecret } = variablesOf(name);
  const title = titleOf(name);
  return {
    "oauth.ts": `import * as z from "zod";
import type { OAuthContext, OAuthGrant, OAuthProvider, RefreshAnswer } from "#contracts/oauth";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import { readJson } from "#lib/read-json";
import { parseRetryAfter } from "#lib/retry";

/** Long: an answer we hang up on may already have used the refresh token up. */
const timeMs = 20_000;

const grant = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  expires_in: z.number().positive().optional(),
  scope: z.string().default(""),
});
const refused = z.object({ error: z.string().optional() });
const person = z.object({ id: z.string().min(1).max(255), name: z.string().max(255) });

export const oauth: OAuthProvider = {
  secrets: ["${authBase}", "${clientId}", "${clientSecret}", "${apiBase}"],
  usesPkce: true,
  scopes: {
    bot: [{ scope: "messages:write", why: "to speak and to delete messages" }],
    owner: [{ scope: "channel:read", why: "to know whose channel it is" }],
  },
  authorizeUrl({ role, state, codeChallenge, redirectUri }, config) {
    const url = new URL(\`\${config.${authBase}}/authorize\`);
    url.search = new URLSearchParams({
      response_type: "code",
      client_id: config.${clientId} ?? "",
      redirect_uri: redirectUri,
      scope: oauth.scopes[role].map(({ scope }) => scope).join(" "),
      state,
      code_challenge: codeChallenge ?? "",
      code_challenge_method: "S256",
    }).toString();
    return url;
  },
  async exchange({ code, codeVerifier, redirectUri }, context): Promise<Outcome<OAuthGrant>> {
    const answer = await askToken(context, {
      grant_type: "authorization_code",
      code,
      redirect_uri: redirectUri,
      code_verifier: codeVerifier ?? "",
    });
    if (!answer) return refuse("unavailable", { message: "${title} could not be reached. Please try again." });
    const granted = grant.safeParse(answer.body);
    if (answer.status !== 200 || !granted.success)
      return refuse("bad_request", { message: "${title} did not accept the sign-in. Please start again." });
    const account = await askWho(granted.data.access_token, context);
    return account
      ? succeed({ account, ...tokensOf(granted.data), scopes: scopesOf(granted.data) })
      : refuse("unavailable", { message: "${title} did not say whose account this is. Please start again." });
  },
  async refresh(refreshToken, context): Promise<RefreshAnswer> {
    const answer = await askToken(context, { grant_type: "refresh_token", refresh_token: refreshToken });
    if (!answer) return { kind: "later", reason: "${title} could not be reached" };
    if (answer.status === 200) {
      const renewed = grant.safeParse(answer.body);
      if (renewed.success) return { kind: "renewed", ...tokensOf(renewed.data), scopes: scopesOf(renewed.data) };
      return { kind: "later", reason: "${title}'s answer was not understood" };
    }
    // Only what speaks of the refresh token itself kills it: a wrong client secret must not disconnect everybody.
    const isDead = answer.status === 400 && refused.safeParse(answer.body).data?.error === "invalid_grant";
    if (isDead) return { kind: "dead", reason: "the permission was withdrawn or ran out" };
    const reason = \`${title} refused to renew the token (\${answer.status})\`;
    const { retryAfterMs } = answer;
    return { kind: "later", reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  },
  async revoke(accessToken, context): Promise<void> {
    const body = new URLSearchParams({ token: accessToken });
    await ask(context, \`\${context.config.${authBase}}/revoke\`, { method: "POST", body });
  },
};

function askToken(context: OAuthContext, fields: Record<string, string>) {
  const { ${clientId}: client_id = "", ${clientSecret}: client_secret = "" } = context.config;
  const body = new URLSearchParams({ client_id, client_secret, ...fields });
  return ask(context, \`\${context.config.${authBase}}/token\`, { method: "POST", body });
}

async function askWho(token: string, context: OAuthContext): Promise<OAuthGrant["account"] | undefined> {
  const headers = { authorization: \`Bearer \${token}\` };
  return person.safeParse((await ask(context, \`\${context.config.${apiBase}}/me\`, { headers }))?.body).data;
}

/** Undefined when no answer came. */
async function ask({ fetch, now }: OAuthContext, url: string, init: RequestInit) {
  try {
    const response = await fetch(url, { ...init, redirect: "manual", signal: AbortSignal.timeout(timeMs) });
    const retryAfterMs = parseRetryAfter(response.headers.get("retry-after") ?? undefined, now);
    return { status: response.status, retryAfterMs, body: readJson(await response.text()) };
  } catch {
    return undefined;
  }
}

function tokensOf({ access_token: accessToken, refresh_token, expires_in }: z.infer<typeof grant>) {
  return {
    accessToken,
    ...(refresh_token === undefined ? {} : { refreshToken: refresh_token }),
    ...(expires_in === undefined ? {} : { expiresInSeconds: expires_in }),
  };
}

function scopesOf({ scope }: z.infer<typeof grant>): string[] {
  return scope.split(" ").filter((one) => one !== "");
}
`,
  };
}
