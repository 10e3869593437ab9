import type { LimitCheck } from "#durable-objects/rate-limiter/take-all";
import type { WindowLimit } from "#lib/sliding-window";
import type { KeyRole, Principal } from "#workers/api/principal";

export interface RateLimits {
  perMinute: number;
  perHour: number;
}

interface RouteGroup {
  limits: RateLimits;
  /** Who may call at all; a route may ask for more. */
  roles: readonly KeyRole[];
}

const everyone: readonly KeyRole[] = ["trigger", "action", "core", "user", "admin", "super-admin"];
const withoutTrigger = everyone.filter((role) => role !== "trigger");

/** The route groups of the gateway (50-admin §1.40); `api` is all that has no figures of its own. */
export const routeGroups = {
  router: { limits: { perMinute: 1000, perHour: 10_000 }, roles: everyone },
  marketplace: { limits: { perMinute: 500, perHour: 5000 }, roles: withoutTrigger },
  ai: { limits: { perMinute: 1000, perHour: 10_000 }, roles: withoutTrigger },
  broker: { limits: { perMinute: 100, perHour: 1000 }, roles: [] },
  api: { limits: { perMinute: 1000, perHour: 10_000 }, roles: everyone },
} as const satisfies Record<string, RouteGroup>;
export type GroupName = keyof typeof routeGroups;

/** Kinds of key with limits of their own: collectors, and services called by the router. */
const roleLimits: Partial<Record<KeyRole, RateLimits>> = {
  trigger: { perMinute: 200, perHour: 2000 },
  action: { perMinute: 500, perHour: 5000 },
  core: { perMinute: 500, perHour: 5000 },
};

const names: readonly GroupName[] = ["router", "marketplace", "ai", "broker"];

/** `/api/v1/router/…`, `/api/router/…` and `/router/…` are one group. */
export function groupOf(path: string): GroupName {
  const [, word] = /^\/(?:api\/)?(?:v1\/)?([a-z]+)(?:\/|$)/.exec(path) ?? [];
  return names.find((name) => name === word) ?? "api";
}

/** What one call counts for: its group, and the caller's own share over all groups. */
export function limitChecks(group: GroupName, principal: Principal): LimitCheck[] {
  const shared = { name: group, windows: windowsOf(routeGroups[group].limits) };
  const own = ownLimits(principal);
  return own.length > 0 ? [shared, { name: "caller", windows: own }] : [shared];
}

/** The key's own figures; where it has none, the most generous of its roles. */
function ownLimits({ roles, limits }: Principal): WindowLimit[] {
  const ofRoles = roles.map((role) => roleLimits[role]);
  const isUnlimitedByRole = ofRoles.includes(undefined);
  const byRole = isUnlimitedByRole ? undefined : ofRoles.reduce(moreGenerous, undefined);
  return windowsOf({
    perMinute: limits?.perMinute ?? byRole?.perMinute,
    perHour: limits?.perHour ?? byRole?.perHour,
  });
}

function moreGenerous(first: RateLimits | undefined, second: RateLimits | undefined): RateLimits | undefined {
  if (!first || !second) return first ?? second;
  return second.perMinute > first.perMinute ? second : first;
}

export function windowsOf({
  perMinute,
  perHour,
}: {
  perMinute?: number | undefined;
  perHour?: number | undefined;
}): WindowLimit[] {
  const windows: WindowLimit[] = [];
  if (perMinute !== undefined) windows.push({ limit: perMinute, windowMs: 60_000 });
  if (perHour !== undefined) windows.push({ limit: perHour, windowMs: 3_600_000 });
  return windows;
}
