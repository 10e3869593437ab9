import * as z from "zod";
import type { RefreshAnswer } from "#contracts/oauth";
import { readJson } from "#lib/read-json";
import { parseRetryAfter } from "#lib/retry";

/** Where a provider renews tokens, and as whom we ask. */
export interface TokenEndpoint {
  url: string;
  clientId: string;
  clientSecret: string;
}

export interface AskRefreshDeps {
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  now: () => number;
}

/** Long: an answer we hang up on may already have used the refresh token up. */
const refreshTimeMs = 20_000;

/** Twitch answers `scope` with a list, OAuth itself (RFC 6749 §5.1) with words in one text. */
const renewed = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  expires_in: z.number().positive().optional(),
  scope: z.union([z.array(z.string()), z.string().transform((text) => text.split(" "))]).optional(),
});
const refused = z.object({ message: z.string().optional(), error: z.string().optional() });

/** One request, no repetition: a refresh token may be good for one use only. */
export async function askRefresh(
  { url, clientId, clientSecret }: TokenEndpoint,
  refreshToken: string,
  { fetch, now }: AskRefreshDeps,
): Promise<RefreshAnswer> {
  const body = new URLSearchParams({
    client_id: clientId,
    client_secret: clientSecret,
    grant_type: "refresh_token",
    refresh_token: refreshToken,
  });
  try {
    const signal = AbortSignal.timeout(refreshTimeMs);
    const response = await fetch(url, { method: "POST", body, signal, redirect: "manual" });
    const answer = readJson(await response.text());
    return response.ok ? readGrant(answer) : readRefusal(response, answer, now());
  } catch {
    return { kind: "later", reason: "the provider could not be reached" };
  }
}

function readGrant(answer: unknown): RefreshAnswer {
  const grant = renewed.safeParse(answer);
  if (!grant.success) return { kind: "later", reason: "the provider's answer was not understood" };
  const { access_token, refresh_token, expires_in, scope } = grant.data;
  return {
    kind: "renewed",
    accessToken: access_token,
    ...(refresh_token !== undefined && { refreshToken: refresh_token }),
    ...(expires_in !== undefined && { expiresInSeconds: expires_in }),
    ...(scope !== undefined && { scopes: scope }),
  };
}

/** Only what speaks of the refresh token itself kills it: a wrong client secret must not disconnect everybody. */
function readRefusal(response: Response, answer: unknown, now: number): RefreshAnswer {
  const { message = "", error = "" } = refused.safeParse(answer).data ?? {};
  const { status, headers } = response;
  const isDead = status === 400 && (error === "invalid_grant" || /^invalid refresh token$/i.test(message));
  if (isDead) return { kind: "dead", reason: "the permission was withdrawn or ran out" };
  const retryAfterMs = parseRetryAfter(headers.get("retry-after") ?? undefined, now);
  const reason = `the provider refused to renew the token (${status})`;
  return { kind: "later", reason, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}
