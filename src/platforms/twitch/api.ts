import * as z from "zod";
import { type Refusal, refuse } from "#contracts/outcome";
import type { SendContext } from "#contracts/platform";

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

const networkError = z.object({ cause: z.object({ code: z.string() }) });
const beforeAnyByte = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"]);

/** Only Node tells that no connection came about; workerd calls every network error "lost", so there it stays unknown. */
function isNeverSent(error: unknown): boolean {
  const seen = networkError.safeParse(error);
  return seen.success && beforeAnyByte.has(seen.data.cause.code);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's error page; the status alone decides then.
    return undefined;
  }
}
