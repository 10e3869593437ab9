import type { Clock } from "#simulators/clock";
import type { SimulatedPlatform } from "#simulators/demo";
import type { Faults } from "#simulators/faults";
import { type Handler, remoteAddressHeader } from "#simulators/http-server";

const apiPaths: readonly { prefix: string; platform: SimulatedPlatform }[] = [
  { prefix: "/twitch/helix/", platform: "twitch" },
  { prefix: "/slack/api/", platform: "slack" },
  { prefix: "/slack/response/", platform: "slack" },
  { prefix: "/discord/api/", platform: "discord" },
  { prefix: "/kick/api/", platform: "kick" },
  { prefix: "/youtube/v3/", platform: "youtube" },
];

export interface ApiFaultParts {
  clock: Clock;
  faults: Faults;
  signal: AbortSignal;
  delayScale: number;
  /** Makes every access token of a platform worthless, where they rotate. */
  rotate: Partial<Record<SimulatedPlatform, () => void>>;
}

/** Lets the faults that were asked for happen to calls of the platforms' APIs. */
export function withApiFaults(
  handler: Handler,
  { clock, faults, signal, delayScale, rotate }: ApiFaultParts,
): Handler {
  const bans = new Map<string, number>();
  return async (request) => {
    const { pathname } = new URL(request.url);
    const api = apiPaths.find(({ prefix }) => pathname.startsWith(prefix));
    const caller = `${api?.platform} ${request.headers.get(remoteAddressHeader)}`;
    if ((bans.get(caller) ?? 0) > clock.now()) return banned();
    const fault = api && faults.take(api.platform, "api");
    if (!fault) return handler(request);
    switch (fault.kind) {
      case "429":
        return tooManyRequests(api.platform, fault.ms ?? 1000, clock.now());
      case "500":
        return new Response("upstream connect error", { status: 500 });
      case "1015":
        bans.set(caller, clock.now() + (fault.ms ?? 60_000));
        return banned();
      case "401":
        return unauthorized(api.platform);
      case "rotate":
        rotate[api.platform]?.();
        return handler(request);
      case "drop": {
        const response = await handler(request);
        await response?.body?.cancel();
        return null;
      }
      default:
        await clock.sleep((fault.ms ?? 1000) * delayScale, signal);
        return handler(request);
    }
  };
}

/** What stands before the platform answers a banned address with. */
function banned(): Response {
  return new Response("error code: 1015", { status: 429, headers: { "content-type": "text/plain" } });
}

function tooManyRequests(platform: SimulatedPlatform, waitMs: number, now: number): Response {
  const retryAfter = String(Math.ceil(waitMs / 1000));
  if (platform === "slack") {
    return Response.json(
      { ok: false, error: "ratelimited" },
      { status: 429, headers: { "retry-after": retryAfter } },
    );
  }
  if (platform === "discord") {
    const body = { message: "You are being rate limited.", retry_after: waitMs / 1000, global: false };
    const headers = { "retry-after": retryAfter, "x-ratelimit-scope": "shared" };
    return Response.json(body, { status: 429, headers });
  }
  if (platform === "kick")
    return Response.json(
      { message: "Too Many Requests" },
      { status: 429, headers: { "retry-after": retryAfter } },
    );
  if (platform === "youtube") {
    const headers = { "retry-after": retryAfter };
    return Response.json(googleError(429, "rateLimitExceeded"), { status: 429, headers });
  }
  const headers = {
    "ratelimit-limit": "800",
    "ratelimit-remaining": "0",
    "ratelimit-reset": String(Math.ceil((now + waitMs) / 1000)),
  };
  const body = { error: "Too Many Requests", status: 429, message: "Too many requests." };
  return Response.json(body, { status: 429, headers });
}

function unauthorized(platform: SimulatedPlatform): Response {
  if (platform === "slack") return Response.json({ ok: false, error: "token_expired" });
  if (platform === "discord")
    return Response.json({ message: "401: Unauthorized", code: 0 }, { status: 401 });
  if (platform === "kick") return Response.json({ message: "Unauthorized", data: {} }, { status: 401 });
  if (platform === "youtube") return Response.json(googleError(401, "authError"), { status: 401 });
  const body = { error: "Unauthorized", status: 401, message: "Invalid OAuth token" };
  return Response.json(body, { status: 401 });
}

function googleError(code: number, reason: string) {
  return { error: { code, message: reason, errors: [{ reason, domain: "youtube" }] } };
}
