import type { OpenAPIHono } from "@hono/zod-openapi";
import { scoreBounds } from "#contracts/reputation";
import { openDatabase } from "#db/client";
import { tierOf } from "#router/reputation";
import { mayActIn } from "#workers/api/access/caller";
import type { ApiBindings } from "#workers/api/bindings";
import { findConfig } from "#workers/api/reputation/config-store";
import { creditDeeds } from "#workers/api/reputation/credit-deeds";
import { check, moderate, report } from "#workers/api/reputation/internal-routes";
import { enter, turnAway } from "#workers/api/reputation/place";
import { findStanding } from "#workers/api/reputation/standing-store";
import { requireRole } from "#workers/api/with-principal";
import { success } from "#workers/shared/envelope";

/** For services, by the deployment's key or a key of theirs; never for people (REP-6). */
export function addInternalRoutes(routes: OpenAPIHono<ApiBindings>): void {
  routes.use("/internal/*", requireRole("core", "super-admin"));

  routes.openapi(report, async (c) => {
    const { events } = c.req.valid("json");
    const principal = c.get("principal");
    // A batch with a foreign community in it is not half counted.
    if (!events.every((deed) => mayActIn(principal, deed.community_id))) return turnAway(c, "foreign");
    const of = { caller: principal.id, now: Date.now() };
    const outcomes = await creditDeeds(openDatabase(c.env), events, of);
    const results = events.map(({ idempotency_key }, index) => {
      return { idempotency_key, outcome: outcomes[index] ?? ("unknown_community" as const) };
    });
    return success(c, { results, counted: outcomes.filter((one) => one === "counted").length });
  });

  routes.openapi(moderate, async (c) => {
    const { action, ...who } = c.req.valid("json");
    const principal = c.get("principal");
    if (!mayActIn(principal, who.community_id)) return turnAway(c, "foreign");
    const db = openDatabase(c.env);
    const of = { caller: principal.id, now: Date.now() };
    const [outcome = "unknown_community"] = await creditDeeds(db, [{ ...who, event_name: action }], of);
    if (outcome === "unknown_community") return turnAway(c, "foreign");
    const standing = await findStanding(db, who.community_id, who.user_key);
    const score = standing?.score ?? scoreBounds.start;
    return success(c, { outcome, score, tier: tierOf(score) });
  });

  routes.openapi(check, async (c) => {
    const { community_id: communityId, user_key: userKey } = c.req.valid("param");
    const db = await enter(c, communityId, "view");
    if (typeof db === "string") return turnAway(c, db);
    const [standing, { config }] = await Promise.all([
      findStanding(db, communityId, userKey),
      findConfig(db, communityId),
    ]);
    const score = standing?.score ?? scoreBounds.start;
    return success(c, {
      score,
      tier: tierOf(score),
      points: standing?.points ?? "0",
      is_known: standing !== undefined,
      is_below_threshold: score < config.ban_threshold,
    });
  });
}
