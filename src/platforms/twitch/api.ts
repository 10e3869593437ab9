import { type Refusal, refuse } from "#contracts/outcome";
import type { SendContext } from "#contracts/platform";
import { isNeverSent } from "#lib/network-error";
import { readJson } from "#lib/read-json";

const timeoutMs = 5000;
const maxWaitMs = 15 * 60_000;

/** What Helix answered: the body is undefined when it was no JSON. */
export interface ApiAnswer {
  status: number;
  headers: Headers;
  body: unknown;
}

/** One POST to Helix, at most 5 s. A refusal means that no answer came. */
export async function postToHelix(
  path: string,
  body: object,
  context: SendContext,
): Promise<ApiAnswer | Refusal> {
  const { fetch, config, token } = context;
  const base = config.TWITCH_API_BASE || "https://api.twitch.tv/helix";
  try {
    const response = await fetch(`${base}${path}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        "client-id": config.TWITCH_CLIENT_ID ?? "",
        "content-type": "application/json",
      },
      body: JSON.stringify(body),
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, headers: response.headers, body: readJson(await response.text()) };
  } catch (error) {
    return refuse(isNeverSent(error) ? "unavailable" : "unknown", {
      message: "Twitch could not be reached.",
    });
  }
}

/** What a failed status means for the message; `unknown` where Helix may have acted before it failed. */
export function refuseStatus({ status, headers }: ApiAnswer, now: number): Refusal {
  if (status === 429) {
    const waitMs = Number(headers.get("ratelimit-reset")) * 1000 - now;
    const retryAfterMs = Math.min(Math.max(Number.isFinite(waitMs) ? waitMs : 0, 1000), maxWaitMs);
    return refuse("rate_limited", { message: "Twitch asks for a pause.", retryAfterMs });
  }
  if (status >= 500) return refuse("unknown", { message: "Twitch has a problem of its own." });
  if (status === 401)
    return refuse("unauthenticated", { message: "Twitch no longer accepts the bot's sign-in." });
  if (status === 403) return refuse("forbidden", { message: "The bot may not speak in this channel." });
  if (status === 404) return refuse("not_found", { message: "Twitch does not know this channel." });
  if (status === 422) return refuse("too_large", { message: "Twitch found the message too long." });
  return refuse("bad_request", { message: "Twitch did not accept the message." });
}
