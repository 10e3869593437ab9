import * as z from "zod";
import type { LaneRule, SendPriority } from "#contracts/outbound-gate";
import { type Refusal, refuse } from "#contracts/outcome";
import type { SendContext } from "#contracts/platform";
import { isNeverSent } from "#lib/network-error";
import { readJson } from "#lib/read-json";
import { bucket, isBucketLeft, learn, noteFailure, resetMs } from "#platforms/twitch/helix/lanes";

const timeoutMs = 5000;
const pause = "Twitch asks for a pause.";

/** What a call needs of the context of a message or an action. */
export type HelixContext = Pick<SendContext, "fetch" | "config" | "token" | "gate" | "now">;

export interface HelixRequest {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below `/helix`, without a query. */
  path: string;
  query?: Readonly<Record<string, string | undefined>>;
  body?: object;
  /** Limits of this endpoint beside the common bucket; the narrowest last. */
  lanes?: readonly LaneRule[];
  priority?: SendPriority;
}

/** What Helix answered: the body is undefined when it was no JSON. */
export interface ApiAnswer {
  status: number;
  headers: Headers;
  body: unknown;
}

/** One call, if the gate lets it out. A refusal means that no answer came. */
export async function callHelix(request: HelixRequest, context: HelixContext): Promise<ApiAnswer | Refusal> {
  const lanes = [bucket, ...(request.lanes ?? [])];
  const { waitMs } = await context.gate.take(lanes, request.priority ?? "moderation");
  if (waitMs > 0) return refuse("rate_limited", { message: pause, retryAfterMs: waitMs });
  return askHelix(request, context);
}

/** One call whose places were taken already, at most 5 s. What its answer says about the next ones goes to the gate. */
export async function askHelix(request: HelixRequest, context: HelixContext): Promise<ApiAnswer | Refusal> {
  const { fetch, config, token, gate, now } = context;
  const { method, body, lanes = [] } = request;
  try {
    const response = await fetch(urlOf(request, config.TWITCH_API_BASE), {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        "client-id": config.TWITCH_CLIENT_ID ?? "",
        ...(body && { "content-type": "application/json" }),
      },
      ...(body && { body: JSON.stringify(body) }),
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    const { status, headers } = response;
    const answer = { status, headers, body: readJson(await response.text()) };
    await learn(gate, { status, headers, own: lanes }, now);
    return answer;
  } catch (error) {
    await noteFailure(gate, now);
    return refuse(isNeverSent(error) ? "unavailable" : "unknown", {
      message: "Twitch could not be reached.",
    });
  }
}

function urlOf({ path, query = {} }: HelixRequest, base: string | undefined): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, value);
  const search = given.toString();
  return `${base || "https://api.twitch.tv/helix"}${path}${search && `?${search}`}`;
}

const problem = z.object({ message: z.string().default("") });

/** What a failed status means; `unknown` where Helix may have acted before it failed. */
export function refuseStatus(answer: ApiAnswer, now: number, lanes: readonly LaneRule[] = []): Refusal {
  const { status, headers, body } = answer;
  const said = (problem.safeParse(body).data?.message ?? "").slice(0, 200);
  const because = (own: string) => ({ message: said === "" ? own : `${own} Twitch says: ${said}` });
  if (status === 429) {
    const narrow = isBucketLeft(headers) ? lanes.at(-1) : undefined;
    return refuse("rate_limited", {
      message: pause,
      retryAfterMs: narrow ? narrow.windowMs : resetMs(headers, now),
    });
  }
  if (status >= 500) return refuse("unknown", { message: "Twitch has a problem of its own." });
  if (status === 401 && isTokenDead(said))
    return refuse("unauthenticated", { message: "Twitch no longer accepts this sign-in." });
  // Helix also answers 401 where the token is good and the right is missing: no new token would help.
  if (status === 401 || status === 403) return refuse("forbidden", because("The bot may not do that here."));
  if (status === 404) return refuse("not_found", because("Twitch does not know that channel or person."));
  if (status === 409) return refuse("conflict", because("That is not possible right now."));
  if (status === 413 || status === 422) return refuse("too_large", because("That is too long for Twitch."));
  return refuse("bad_request", because("Twitch did not accept that."));
}

function isTokenDead(said: string): boolean {
  return said === "" || /(invalid|expired|missing).*oauth token|oauth token is/i.test(said);
}
