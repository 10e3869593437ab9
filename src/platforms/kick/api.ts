import type { LaneRule, OutboundGate, SendPriority } from "#contracts/outbound-gate";
import { type Refusal, refuse } from "#contracts/outcome";
import type { PlatformConfig } from "#contracts/platform";
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

/** One call of Kick's API, and the lane that a 429 shuts. */
export interface ApiCall {
  method: "POST" | "PATCH" | "DELETE";
  path: string;
  body?: object;
  lane: LaneRule;
}

export interface ApiContext {
  fetch: typeof fetch;
  config: PlatformConfig;
  token: string;
  now: number;
  gate: OutboundGate;
}

/** Kick publishes no figures: what one account may say in a channel before it would look like spam, measured by nobody. */
export function chatLane(channel: string, places = 1): LaneRule {
  return { lane: `chat/${channel}`, limit: 10, windowMs: 10_000, places };
}

/** Everything but chat, in one lane: calls of moderators and owners are few. */
export const apiLane: LaneRule = { lane: "api", limit: 60, windowMs: 60_000 };

/** Asks for places in a lane before the first of the calls that need them; a refusal says when there are some. */
export async function enter(
  lane: LaneRule,
  priority: SendPriority,
  { gate }: ApiContext,
): Promise<Refusal | undefined> {
  const { waitMs } = await gate.take([lane], priority);
  if (waitMs <= 0) return undefined;
  return refuse("rate_limited", { message: "Too much at once for Kick.", retryAfterMs: waitMs });
}

/** One call to Kick's API, at most 5 s. A refusal means that no answer came. */
export async function callKick(call: ApiCall, context: ApiContext): Promise<ApiAnswer | Refusal> {
  const { fetch, config, token, gate, now } = context;
  const base = config.KICK_API_BASE || "https://api.kick.com";
  try {
    const response = await fetch(`${base}${call.path}`, {
      method: call.method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: call.body === undefined ? null : JSON.stringify(call.body),
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    const { status, headers } = response;
    if (status === 429) await gate.shut(call.lane.lane, now + pauseOf(headers));
    return { status, headers, body: readJson(await response.text()) };
  } catch (error) {
    return refuse(isNeverSent(error) ? "unavailable" : "unknown", { message: "Kick could not be reached." });
  }
}

/** What a failed status means; `unknown` where Kick may have acted before it failed. `forbidden` says what 403 is about. */
export function refuseStatus(
  { status, headers }: ApiAnswer,
  forbidden = "The bot may not speak in this channel.",
): Refusal {
  if (status === 429)
    return refuse("rate_limited", { message: "Kick asks for a pause.", retryAfterMs: pauseOf(headers) });
  if (status >= 500) return refuse("unknown", { message: "Kick has a problem of its own." });
  if (status === 401)
    return refuse("unauthenticated", { message: "Kick no longer accepts the bot's sign-in." });
  if (status === 403) return refuse("forbidden", { message: forbidden });
  if (status === 404) return refuse("not_found", { message: "Kick does not know this channel." });
  return refuse("bad_request", { message: "Kick did not accept it." });
}

function pauseOf(headers: Headers): number {
  const waitMs = Number(headers.get("retry-after") ?? Number.NaN) * 1000;
  return Math.min(Math.max(Number.isFinite(waitMs) ? waitMs : usualWaitMs, 1000), maxWaitMs);
}
