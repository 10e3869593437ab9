import { type Outcome, type Refusal, refuse, succeed } from "#contracts/outcome";
import type { SendContext } from "#contracts/platform";
import { isNeverSent } from "#lib/network-error";
import { readJson } from "#lib/read-json";
import { parseRetryAfter } from "#lib/retry";
import { apiError } from "#platforms/youtube/wire";

const timeoutMs = 8000;
const slowDownMs = 10_000;

/** Reasons YouTube gives, as far as they mean something else than their status (liveChatMessages, Errors). */
const reasons = {
  ended: new Set(["liveChatEnded"]),
  off: new Set(["liveChatDisabled", "liveChatNotFound"]),
  quota: new Set(["quotaExceeded", "dailyLimitExceeded"]),
  slowDown: new Set(["rateLimitExceeded", "userRateLimitExceeded", "liveChatRateLimitExceeded"]),
  /** A key that is unknown, out of time, suspended, or kept from us or from this API (google.rpc.ErrorInfo). */
  key: new Set([
    "API_KEY_INVALID",
    "API_KEY_SERVICE_BLOCKED",
    "API_KEY_HTTP_REFERRER_BLOCKED",
    "API_KEY_IP_ADDRESS_BLOCKED",
    "API_KEY_ANDROID_APP_BLOCKED",
    "API_KEY_IOS_APP_BLOCKED",
    "CONSUMER_SUSPENDED",
    "CONSUMER_INVALID",
    "SERVICE_DISABLED",
    "accessNotConfigured",
    "keyInvalid",
    "keyExpired",
    "ipRefererBlocked",
  ]),
} as const;

/** What a chat that ended for good is told with; one that is switched off is `disabled` with other words. */
export const endedMessage = "The live chat is over.";

export type ApiContext = Pick<SendContext, "fetch" | "config" | "token" | "now">;

export interface ApiRequest {
  method: "GET" | "POST" | "DELETE" | "PUT";
  /** Below /youtube/v3. */
  path: string;
  query: Record<string, string>;
  body?: object;
}

/** One call to the Data API, at most 8 s. */
export async function callYouTube(request: ApiRequest, context: ApiContext): Promise<Outcome<unknown>> {
  const isSafe = request.method === "GET";
  try {
    const response = await askYouTube(request, context, AbortSignal.timeout(timeoutMs));
    const answer = readJson(await response.text());
    return response.ok ? succeed(answer) : refuseAnswer(response, answer, { now: context.now, isSafe });
  } catch (error) {
    const code = isSafe || isNeverSent(error) ? "unavailable" : "unknown";
    return refuse(code, { message: "YouTube could not be reached." });
  }
}

/**
 * The request itself, with the account's token, or with the API key where reading needs no account. The key goes in a
 * header, so that no log of an address holds it.
 */
export function askYouTube(
  { method, path, query, body }: ApiRequest,
  { fetch, config, token }: ApiContext,
  signal: AbortSignal,
): Promise<Response> {
  const base = config.YOUTUBE_API_BASE || "https://www.googleapis.com/youtube/v3";
  const url = new URL(`${base}${path}`);
  url.search = new URLSearchParams(query).toString();
  const right = isApiKey(token) ? { "x-goog-api-key": token } : { authorization: `Bearer ${token}` };
  return fetch(url.href, {
    method,
    headers: { accept: "application/json", ...right, ...(body && { "content-type": "application/json" }) },
    ...(body && { body: JSON.stringify(body) }),
    redirect: "manual",
    signal,
  });
}

/** All of Google's keys begin so; a person's token begins with `ya29.`. */
function isApiKey(token: string): boolean {
  return token.startsWith("AIza");
}

/**
 * `disabled` is a chat that is over or off; `payment_required` a day's quota that is used up; `unauthenticated` a
 * sign-in or key that is not taken.
 */
export function refuseAnswer(
  { status, headers }: Response,
  answer: unknown,
  { now, isSafe }: { now: number; isSafe: boolean },
): Refusal {
  const given = reasonsOf(answer);
  const has = (known: ReadonlySet<string>) => given.some((reason) => known.has(reason));
  if (has(reasons.ended)) return refuse("disabled", { message: endedMessage });
  if (has(reasons.off)) return refuse("disabled", { message: "The live chat is switched off." });
  if (has(reasons.quota)) return refuse("payment_required", { message: "Today's YouTube quota is used up." });
  if (has(reasons.key)) return refuse("unauthenticated", { message: "YouTube does not accept the API key." });
  if (status === 429 || has(reasons.slowDown)) {
    const retryAfterMs = parseRetryAfter(headers.get("retry-after") ?? undefined, now) ?? slowDownMs;
    return refuse("rate_limited", { message: "YouTube asks for a pause.", retryAfterMs });
  }
  if (status >= 500)
    return refuse(isSafe ? "unavailable" : "unknown", { message: "YouTube has a problem of its own." });
  if (status === 401)
    return refuse("unauthenticated", { message: "YouTube no longer accepts the bot's sign-in." });
  if (status === 403) return refuse("forbidden", { message: "The bot may not do that on this channel." });
  if (status === 404) return refuse("not_found", { message: "YouTube does not know that." });
  return refuse("bad_request", { message: "YouTube did not accept it." });
}

/** The streaming endpoint wraps its errors into an array, like its pages. */
function reasonsOf(answer: unknown): string[] {
  const [first]: unknown[] = Array.isArray(answer) ? answer : [answer];
  const { error } = apiError.safeParse(first).data ?? {};
  return [...(error?.errors ?? []), ...(error?.details ?? [])].flatMap(({ reason }) => reason ?? []);
}
