import { type Refusal, refuse } from "#contracts/outcome";
import type { SendContext } from "#contracts/platform";
import { isNeverSent } from "#lib/network-error";
import { readJson } from "#lib/read-json";

const timeoutMs = 5000;
const maxWaitMs = 15 * 60_000;
/** Kick publishes no header for it; where none comes, a pause that outlasts slow mode. */
const usualWaitMs = 5000;

/** What Kick answered: the body is undefined when it was no JSON. */
export interface ApiAnswer {
  status: number;
  headers: Headers;
  body: unknown;
}

/** One POST to Kick's API, at most 5 s. A refusal means that no answer came. */
export async function postToKick(
  path: string,
  body: object,
  { fetch, config, token }: SendContext,
): Promise<ApiAnswer | Refusal> {
  const base = config.KICK_API_BASE || "https://api.kick.com";
  try {
    const response = await fetch(`${base}${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, headers: response.headers, body: readJson(await response.text()) };
  } catch (error) {
    return refuse(isNeverSent(error) ? "unavailable" : "unknown", { message: "Kick could not be reached." });
  }
}

/** What a failed status means for the message; `unknown` where Kick may have acted before it failed. */
export function refuseStatus({ status, headers }: ApiAnswer): Refusal {
  if (status === 429) {
    const waitMs = Number(headers.get("retry-after") ?? Number.NaN) * 1000;
    const retryAfterMs = Math.min(Math.max(Number.isFinite(waitMs) ? waitMs : usualWaitMs, 1000), maxWaitMs);
    return refuse("rate_limited", { message: "Kick asks for a pause.", retryAfterMs });
  }
  if (status >= 500) return refuse("unknown", { message: "Kick has a problem of its own." });
  if (status === 401)
    return refuse("unauthenticated", { message: "Kick no longer accepts the bot's sign-in." });
  if (status === 403) return refuse("forbidden", { message: "The bot may not speak in this channel." });
  if (status === 404) return refuse("not_found", { message: "Kick does not know this channel." });
  return refuse("bad_request", { message: "Kick did not accept the message." });
}
