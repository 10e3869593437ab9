import { type OutcomeCode, type Refusal, refuse } from "#contracts/outcome";
import type { SendContext } from "#contracts/platform";
import { isNeverSent } from "#lib/network-error";

const timeoutMs = 5000;
const maxWaitMs = 15 * 60_000;

export interface ApiAnswer {
  status: number;
  headers: Headers;
  text: string;
}

/** One POST of JSON to Slack, at most 5 s, following no redirect. A refusal means that no answer came. */
export async function postToSlack(
  url: string,
  { body, token }: { body: object; token?: string },
  context: SendContext,
): Promise<ApiAnswer | Refusal> {
  const { fetch } = context;
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json; charset=utf-8",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (error) {
    return refuse(isNeverSent(error) ? "unavailable" : "unknown", { message: "Slack could not be reached." });
  }
}

/** What a failed status means for the message; `unknown` where Slack may have acted before it failed. */
export function refuseStatus({ status, headers }: ApiAnswer): Refusal {
  if (status === 429) return refusePause(headers);
  if (status >= 500) return refuse("unknown", { message: "Slack has a problem of its own." });
  // A response_url that was used five times or is older than 30 minutes.
  if (status === 404 || status === 410)
    return refuse("not_found", { message: "Slack takes no more replies to this." });
  if (status === 401)
    return refuse("unauthenticated", { message: "Slack no longer accepts the bot's sign-in." });
  if (status === 403) return refuse("forbidden", { message: "The bot may not speak here." });
  return refuse("bad_request", { message: "Slack did not accept the message." });
}

function refusePause(headers: Headers): Refusal {
  const seconds = Number(headers.get("retry-after"));
  const retryAfterMs = Math.min(Math.max(Number.isFinite(seconds) ? seconds * 1000 : 0, 1000), maxWaitMs);
  return refuse("rate_limited", { message: "Slack asks for a pause.", retryAfterMs });
}

const codeByError: ReadonlyMap<string, OutcomeCode> = new Map([
  ["ratelimited", "rate_limited"],
  ["rate_limited", "rate_limited"],
  ["not_authed", "unauthenticated"],
  ["invalid_auth", "unauthenticated"],
  ["account_inactive", "unauthenticated"],
  ["token_expired", "unauthenticated"],
  ["token_revoked", "unauthenticated"],
  ["channel_not_found", "not_found"],
  ["msg_too_long", "too_large"],
  ["not_in_channel", "forbidden"],
  ["is_archived", "forbidden"],
  ["restricted_action", "forbidden"],
  ["missing_scope", "forbidden"],
  ["internal_error", "unknown"],
  ["fatal_error", "unknown"],
  ["request_timeout", "unknown"],
  ["service_unavailable", "unknown"],
]);

/** The Web API's own refusals, which come with HTTP 200. */
export function refuseError(error: string, { headers }: ApiAnswer): Refusal {
  const code = codeByError.get(error) ?? "bad_request";
  return code === "rate_limited"
    ? refusePause(headers)
    : refuse(code, { message: "Slack did not take the message." });
}
