import type { Context, MiddlewareHandler, Next } from "hono";
import { routePath } from "hono/route";
import { productVersion } from "#contracts/version";
import type { LimitAnswer, LimitCheck, RateLimiterService } from "#durable-objects/rate-limiter/take-all";
import { makeLog } from "#lib/log";
import { timedOut, within } from "#lib/within";
import { addressHash } from "#workers/api/access/caller";
import { groupOf, limitChecks, type RateLimits, windowsOf } from "#workers/api/access/groups";
import type { ApiBindings } from "#workers/api/bindings";
import { failure } from "#workers/shared/envelope";

const log = makeLog({ module: "api", version: productVersion });
/** Passed on whole to another path of this API, and counted there. */
const aliases = ["/api/events"];
const answerWithinMs = 1000;
const complaintEveryMs = 60_000;
let complainedAt = Number.NEGATIVE_INFINITY;

/** The limits of the route group and of the caller's role or key (GW-3). */
export const withGroupLimit: MiddlewareHandler<ApiBindings> = async function withGroupLimit(c, next) {
  const { principal } = c.var;
  if (!principal || aliases.includes(c.req.path)) return next();
  return limited(c, next, limitChecks(groupOf(c.req.path), principal));
};

/** A limit of one route, beside the group's, for each caller: `middleware: withLimit({ perMinute: 30 })` (LIB-3). */
export function withLimit(limits: Partial<RateLimits>): MiddlewareHandler<ApiBindings> {
  return async function withLimitOf(c, next) {
    const route = routePath(c);
    return limited(c, next, [{ name: `${c.req.method} ${route}`, windows: windowsOf(limits) }]);
  };
}

/** One call more under these checks in the caller's bucket; without a bucket there is nothing to count. */
export async function limited(
  c: Context<ApiBindings>,
  next: Next,
  checks: readonly LimitCheck[],
  bucket?: string,
): Promise<Response | undefined> {
  const counted = bucket ?? (await bucketOf(c));
  if (counted === undefined) return void (await next());
  const answer = await askLimiter(c.env, counted, checks);
  if (!answer) return withoutLimiter(c, next);
  if (answer.isAllowed) await next();
  else c.res = tooOften(c, answer);
  showLimits(c, answer);
  return undefined;
}

/** Undefined when the limiter did not answer in time. */
export async function askLimiter(
  env: Pick<ApiEnv, "RATE_LIMITER">,
  bucket: string,
  checks: readonly LimitCheck[],
): Promise<LimitAnswer | undefined> {
  try {
    const limiter: RateLimiterService = env.RATE_LIMITER.get(env.RATE_LIMITER.idFromName(bucket));
    const answer = await within(limiter.take(checks), answerWithinMs);
    if (answer !== timedOut) return answer;
    complain(new Error("no answer in time"));
  } catch (error) {
    complain(error);
  }
  return undefined;
}

/** The caller's address when nobody is known, for routes that are open. Our own service key is counted nowhere (docs/decisions). */
async function bucketOf(c: Context<ApiBindings>): Promise<string | undefined> {
  const { principal } = c.var;
  if (principal) return principal.kind === "service" ? undefined : `${principal.kind}:${principal.id}`;
  const address = await addressHash(c);
  return address && `address:${address}`;
}

/** Open for reads, closed for writes (threats row 19): a limiter that is away must not become a way around it. */
async function withoutLimiter(c: Context<ApiBindings>, next: Next): Promise<Response | undefined> {
  if (c.req.method === "GET" || c.req.method === "HEAD") return void (await next());
  c.header("retry-after", "5");
  return failure(c, 503, "The limits cannot be checked at the moment. Try again in a few seconds.");
}

function tooOften(c: Context<ApiBindings>, { limit, retryAfterMs }: LimitAnswer): Response {
  const seconds = Math.ceil(retryAfterMs / 1000);
  c.header("retry-after", String(seconds));
  return failure(c, 429, `That was too often: ${limit} calls are allowed here. Try again in ${seconds} s.`);
}

/** Of several limits of one call the tightest is shown. `Reset` is in epoch seconds. */
function showLimits(c: Context<ApiBindings>, { limit, remaining, resetAtMs }: LimitAnswer): void {
  if (c.res.status === 101) return;
  const shown = c.res.headers.get("x-ratelimit-remaining");
  if (shown !== null && Number(shown) <= remaining) return;
  c.header("x-ratelimit-limit", String(limit));
  c.header("x-ratelimit-remaining", String(remaining));
  c.header("x-ratelimit-reset", String(Math.ceil(resetAtMs / 1000)));
}

function complain(error: unknown): void {
  if (Date.now() - complainedAt < complaintEveryMs) return;
  complainedAt = Date.now();
  log({ level: "WARNING", category: "SYSTEM", action: "limiter.ask", result: "FAILURE", details: { error } });
}
