import type { Egress, EgressRequest, EgressResponse } from "#contracts/egress";

/** Cloudflare's page to a banned address carries no time; asked again this much later, a minute is what it wants. */
const banMs = 60_000;
const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/** Until when this isolate's address is banned, by host. Another isolate finds out for itself with one call. */
const bans = new Map<string, number>();

/**
 * `fetch`, and when the other side bans this Worker's address (error 1015, a page and no API answer), the same call
 * through the sidecar. A banned call was not carried out, so repeating it elsewhere is safe.
 */
export function withSecondEgress(
  direct: typeof fetch,
  egress: Egress | undefined,
  now: () => number,
): typeof fetch {
  if (!egress) return direct;
  return async (input, init) => {
    const request = toEgress(input, init);
    if (!request) return direct(input, init);
    const { host } = new URL(request.url);
    if ((bans.get(host) ?? 0) <= now()) {
      const answer = await direct(input, init);
      if (!(await isBan(answer.clone()))) return answer;
      bans.set(host, now() + banMs);
    }
    const outcome = await egress(request);
    if (outcome.ok) return toResponse(outcome.value);
    // No way out at all: as if the platform had asked for a pause, which is what it did.
    if (outcome.code === "unavailable")
      return new Response("", { status: 429, headers: { "retry-after": "5" } });
    throw new Error("the call through the sidecar was cut off");
  };
}

/** Forgets every ban; for tests, which share one isolate. */
export function forgetBans(): void {
  bans.clear();
}

async function isBan(response: Response): Promise<boolean> {
  if (response.status !== 429 && response.status !== 403) return false;
  if (response.headers.get("content-type")?.includes("json")) return false;
  return /\b1015\b/.test(await response.text());
}

/** Undefined for what cannot cross: anything but a text body (a file upload goes directly or not at all). */
function toEgress(input: Parameters<typeof fetch>[0], init: RequestInit = {}): EgressRequest | undefined {
  const { body = null, method = "GET" } = init;
  const known = methods.find((one) => one === method);
  if (input instanceof Request || !known) return undefined;
  const text = body instanceof URLSearchParams ? body.toString() : body;
  if (text !== null && typeof text !== "string") return undefined;
  const headers = new Headers(init.headers);
  if (body instanceof URLSearchParams) headers.set("content-type", "application/x-www-form-urlencoded");
  return { url: String(input), method: known, headers: Object.fromEntries(headers), body: text };
}

function toResponse({ status, headers, body }: EgressResponse): Response {
  const isEmpty = status === 204 || status === 205 || status === 304;
  return new Response(isEmpty ? null : body, { status, headers });
}
