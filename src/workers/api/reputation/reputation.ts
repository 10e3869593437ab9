import { defaultSettings, defaultWeights, scoreBounds, tierFloors } from "#contracts/reputation";
import { globalCommunityId } from "#router/authorize";
import { auditActor } from "#workers/api/access/caller";
import { makeRoutes } from "#workers/api/make-routes";
import { boardPage, placeOf } from "#workers/api/reputation/board";
import { addConfigRoutes } from "#workers/api/reputation/config";
import { findConfig } from "#workers/api/reputation/config-store";
import { changeByHand } from "#workers/api/reputation/credit-deeds";
import { addInternalRoutes } from "#workers/api/reputation/internal";
import { enter, turnAway } from "#workers/api/reputation/place";
import {
  atRisk,
  change,
  defaults,
  globally,
  history,
  leaderboard,
  one,
  tiers,
} from "#workers/api/reputation/reputation-routes";
import { findStanding, listByPoints, listByScore, listHistory } from "#workers/api/reputation/standing-store";
import { requireRole } from "#workers/api/with-principal";
import { failure, success } from "#workers/shared/envelope";

const badCursor = "This is no cursor of this list.";

/** Reputation (40-core §1.33): points and score of people, boards, what a community decides, and what services report. */
export function reputationRoutes() {
  const routes = makeRoutes();
  // Before the communities: `internal` and `global` are none.
  addInternalRoutes(routes);
  routes.use("/*", requireRole("core", "action", "admin", "super-admin", "user"));

  routes.openapi(tiers, (c) => {
    const all = tierFloors.map(({ tier, from }, index) => {
      return { tier, from, to: (tierFloors[index - 1]?.from ?? scoreBounds.highest + 1) - 1 };
    });
    return success(c, { tiers: all });
  });
  routes.openapi(defaults, (c) => success(c, { weights: { ...defaultWeights }, settings: defaultSettings }));

  routes.openapi(globally, async (c) => {
    const db = await enter(c, globalCommunityId, "view");
    if (typeof db === "string") return turnAway(c, db);
    const reputation = await findStanding(db, globalCommunityId, c.req.valid("param").user_key);
    return reputation ? success(c, { reputation }) : turnAway(c, "foreign");
  });

  routes.openapi(one, async (c) => {
    const { community_id: communityId, user_key: userKey } = c.req.valid("param");
    const db = await enter(c, communityId, "view");
    if (typeof db === "string") return turnAway(c, db);
    const reputation = await findStanding(db, communityId, userKey);
    return reputation ? success(c, { reputation }) : turnAway(c, "foreign");
  });

  routes.openapi(change, async (c) => {
    const { community_id: communityId, user_key: userKey } = c.req.valid("param");
    const db = await enter(c, communityId, "manage");
    if (typeof db === "string") return turnAway(c, db);
    // Whoever was never seen there is nobody's to judge, and a typing error makes no person.
    if (!(await findStanding(db, communityId, userKey))) return turnAway(c, "foreign");
    const to = { communityId, userKey, by: await auditActor(c), now: Date.now() };
    await changeByHand(db, c.req.valid("json"), to);
    const reputation = await findStanding(db, communityId, userKey);
    return reputation ? success(c, { reputation }) : turnAway(c, "foreign");
  });

  routes.openapi(history, async (c) => {
    const { community_id: communityId, user_key: userKey } = c.req.valid("param");
    const { cursor: before, limit } = c.req.valid("query");
    const db = await enter(c, communityId, "view");
    if (typeof db === "string") return turnAway(c, db);
    const events = await listHistory(db, { communityId, userKey, before, limit });
    const last = events.length === limit ? events.at(-1) : undefined;
    return success(c, { events, count: events.length, next_cursor: last?.id ?? null });
  });

  routes.openapi(leaderboard, async (c) => {
    const { community_id: communityId } = c.req.valid("param");
    const { by, cursor, limit } = c.req.valid("query");
    const db = await enter(c, communityId, "view");
    if (typeof db === "string") return turnAway(c, db);
    const after = placeOf(cursor);
    if (after === "bad") return failure(c, 400, badCursor);
    const list = by === "points" ? listByPoints : listByScore;
    const people = await list(db, communityId, { after, limit });
    return success(c, boardPage(people, { after, limit, by }));
  });

  routes.openapi(atRisk, async (c) => {
    const { community_id: communityId } = c.req.valid("param");
    const { cursor, limit } = c.req.valid("query");
    const db = await enter(c, communityId, "moderate");
    if (typeof db === "string") return turnAway(c, db, "moderators");
    const after = placeOf(cursor);
    if (after === "bad") return failure(c, 400, badCursor);
    const { config } = await findConfig(db, communityId);
    const below = config.ban_threshold + config.risk_buffer;
    const people = await listByScore(db, communityId, { after, limit, below });
    return success(c, boardPage(people, { after, limit, by: "score" }));
  });

  addConfigRoutes(routes);
  return routes;
}
