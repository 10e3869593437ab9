import { type Refusal, refuse } from "#contracts/outcome";
import type { SendContext } from "#contracts/platform";
import { isNeverSent } from "#lib/network-error";
import { readJson } from "#lib/read-json";
import { noMentions } from "#platforms/discord/answers";
import { tooManyRequests } from "#platforms/discord/wire";

const timeoutMs = 5000;
const maxWaitMs = 15 * 60_000;

export interface ApiRequest {
  method: "GET" | "POST" | "PATCH";
  path: string;
  body?: object;
  /** Absent on an interaction's own routes: the token in their path is the authority. */
  botToken?: string;
}

export interface ApiAnswer {
  status: number;
  headers: Headers;
  body: unknown;
}

/**
 * The one way to Discord's REST API, at most 5 s. Mentions are switched off here, last, so that no caller can
 * switch them on. A refusal means that no answer came; nothing in it names the path, which may hold a token.
 */
export async function callDiscord(request: ApiRequest, context: SendContext): Promise<ApiAnswer | Refusal> {
  const { fetch, config } = context;
  const base = config.DISCORD_API_BASE || "https://discord.com/api/v10";
  const { method, path, body, botToken } = request;
  try {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: {
        "content-type": "application/json",
        ...(botToken === undefined ? {} : { authorization: `Bot ${botToken}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify({ ...body, ...noMentions }) }),
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, headers: response.headers, body: readJson(await response.text()) };
  } catch (error) {
    return refuse(isNeverSent(error) ? "unavailable" : "unknown", {
      message: "Discord could not be reached.",
    });
  }
}

/** What a failed status means for the message; `unknown` where Discord may have acted before it failed. */
export function refuseStatus({ status, headers, body }: ApiAnswer): Refusal {
  if (status === 429) {
    const seconds = tooManyRequests.safeParse(body).data?.retry_after ?? Number(headers.get("retry-after"));
    const waitMs = Number.isFinite(seconds) ? Math.ceil(seconds * 1000) : 0;
    const retryAfterMs = Math.min(Math.max(waitMs, 100), maxWaitMs);
    return refuse("rate_limited", { message: "Discord asks for a pause.", retryAfterMs });
  }
  if (status >= 500) return refuse("unknown", { message: "Discord has a problem of its own." });
  if (status === 401)
    return refuse("unauthenticated", { message: "Discord no longer accepts the bot's sign-in." });
  if (status === 403) return refuse("forbidden", { message: "The bot may not speak in this channel." });
  if (status === 404) return refuse("not_found", { message: "There is nowhere left to reply to." });
  return refuse("bad_request", { message: "Discord did not accept the message." });
}
