import type { SendPriority } from "#contracts/outbound-gate";
import { type Refusal, refuse } from "#contracts/outcome";
import type { SendContext } from "#contracts/platform";
import { isNeverSent } from "#lib/network-error";
import { readJson } from "#lib/read-json";
import { noMentions } from "#platforms/discord/answers";
import { enter, learn, routeLane } from "#platforms/discord/rest/lanes";
import { tooManyRequests } from "#platforms/discord/wire";

const timeoutMs = 5000;
const maxWaitMs = 15 * 60_000;

export interface ApiRequest {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  body?: object;
  /** Absent on an interaction's own routes: the token in their path is the authority, and no common limit counts. */
  botToken?: string;
  priority?: SendPriority;
  /** Shown in the guild's audit log. */
  reason?: string;
}

/** What a call needs of the context of a message or an action. */
export type ApiContext = Pick<SendContext, "fetch" | "config" | "gate" | "now">;

export interface ApiAnswer {
  status: number;
  headers: Headers;
  body: unknown;
}

/**
 * The one way to Discord's REST API, at most 5 s. Mentions are switched off here, last, so that no caller can
 * switch them on. A refusal means that no answer came; nothing in it names the path, which may hold a token.
 */
export async function callDiscord(request: ApiRequest, context: ApiContext): Promise<ApiAnswer | Refusal> {
  if (request.botToken === undefined) return ask(request, context);
  const lane = routeLane(request.method, request.path);
  const waitMs = await enter(context.gate, lane, request.priority ?? "reply");
  if (waitMs > 0)
    return refuse("rate_limited", { message: "Discord asks for a pause.", retryAfterMs: waitMs });
  const answer = await ask(request, context);
  if (!("ok" in answer)) await learn(context.gate, lane, answer, context.now);
  return answer;
}

async function ask(request: ApiRequest, { fetch, config }: ApiContext): Promise<ApiAnswer | Refusal> {
  const base = config.DISCORD_API_BASE || "https://discord.com/api/v10";
  const { method, path, body, botToken, reason } = request;
  try {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: {
        "content-type": "application/json",
        ...(botToken === undefined ? {} : { authorization: `Bot ${botToken}` }),
        // Words of the people, so encoded; the header holds 512 characters.
        ...(reason ? { "x-audit-log-reason": encodeURIComponent(reason.slice(0, 128)) } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(withoutMentions(body)) }),
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

/** A list is no message and has no place for it. */
function withoutMentions(body: object): object {
  return Array.isArray(body) ? body : { ...body, ...noMentions };
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
