import type { Context } from "hono";
import {
  type AssignmentOutcome,
  type LabelAssignment,
  type LabelTarget,
  labelLimits,
} from "#contracts/label";
import { openDatabase } from "#db/client";
import { auditActor } from "#workers/api/access/caller";
import type { ApiBindings } from "#workers/api/bindings";
import { apply, ofEntity, remove, search } from "#workers/api/labels/assignment-routes";
import { type AssignmentChange, applyLabels, removeLabels } from "#workers/api/labels/assignment-store";
import { linkedAccounts } from "#workers/api/labels/linked-accounts";
import { enter, turnAway } from "#workers/api/labels/place";
import { labelsOf, searchByLabels } from "#workers/api/labels/search-store";
import { settleRoles } from "#workers/api/labels/settle-roles";
import { wakeClock } from "#workers/api/labels/wake-clock";
import type { makeRoutes } from "#workers/api/make-routes";
import { standIn } from "#workers/api/rbac/stand-in";
import { created, failure, success } from "#workers/shared/envelope";

/** Putting labels on things, taking them off, and finding what carries them. */
export function addAssignmentRoutes(routes: ReturnType<typeof makeRoutes>): void {
  routes.openapi(apply, async (c) => {
    const { community_id: communityId } = c.req.valid("param");
    const db = await enter(c, communityId, "community.add_user");
    if (typeof db === "string") return turnAway(c, db);
    const body = c.req.valid("json");
    const given = Array.isArray(body) ? body : [body];
    const change = { ...(await changeBy(c, communityId)), linked: await linkedTo(c, communityId, given) };
    const outcomes = await applyLabels(db, given, change, Date.now());
    tellSoon(c, communityId, given, outcomes);
    const answer = summed(given, outcomes);
    const [only] = answer.results;
    if (Array.isArray(body) || !only) return success(c, answer);
    const { outcome, message = "" } = only;
    if (outcome === "done") return created(c, answer);
    if (outcome === "unknown") return failure(c, 404, message);
    if (outcome === "duplicate") return failure(c, 409, message);
    return outcome === "forbidden" ? failure(c, 403, message) : failure(c, 400, message);
  });

  routes.openapi(remove, async (c) => {
    const { community_id: communityId } = c.req.valid("param");
    const db = await enter(c, communityId, "community.add_user");
    if (typeof db === "string") return turnAway(c, db);
    const body = c.req.valid("json");
    const given = Array.isArray(body) ? body : [body];
    const outcomes = await removeLabels(db, given, await changeBy(c, communityId));
    tellSoon(c, communityId, given, outcomes);
    const answer = summed(given, outcomes, "It does not carry that label.");
    const [only] = answer.results;
    if (Array.isArray(body) || !only || only.success) return success(c, answer);
    return failure(c, only.outcome === "forbidden" ? 403 : 404, only.message ?? "");
  });

  routes.openapi(search, async (c) => {
    const { community_id: communityId } = c.req.valid("param");
    const { entity_type: type, labels: names, match_all: matchAll, cursor, limit } = c.req.valid("query");
    const db = await enter(c, communityId, "community.add_user");
    if (typeof db === "string") return turnAway(c, db);
    const rows = await searchByLabels(db, { communityId, type, names, matchAll, after: cursor, limit });
    const entities = rows.map((row) => ({ entity_type: type, ...row }));
    const last = rows.length === limit ? rows.at(-1) : undefined;
    return success(c, { entities, count: entities.length, next_cursor: last?.entity_id ?? null });
  });

  routes.openapi(ofEntity, async (c) => {
    const { community_id: communityId, entity_type: type, entity_id: id } = c.req.valid("param");
    const db = await enter(c, communityId, "community.add_user");
    if (typeof db === "string") return turnAway(c, db);
    const labels = await labelsOf(db, { communityId, type, id });
    return success(c, { labels, count: labels.length });
  });
}

function linkedTo(c: Context<ApiBindings>, communityId: number, given: readonly LabelAssignment[]) {
  const people = given.filter((one) => one.entity_type === "user");
  const holders = people.map((one) => one.entity_id);
  const labelIds = [...new Set(people.map((one) => one.label_id))];
  return linkedAccounts(openDatabase(c.env), communityId, { holders, labelIds });
}

/** Labels that bring a role on a platform are as good as the role: only who may give roles gives and takes those. */
async function changeBy(c: Context<ApiBindings>, communityId: number): Promise<AssignmentChange> {
  const standing = await standIn(c, openDatabase(c.env), "community.manage_roles", { communityId });
  return { communityId, by: await auditActor(c), mayGrantRoles: typeof standing !== "string" };
}

/** Roles are told after the answer; what this does not reach, and what ends by itself, the community's clock does. */
function tellSoon(
  c: Context<ApiBindings>,
  communityId: number,
  given: readonly (LabelTarget | LabelAssignment)[],
  outcomes: readonly AssignmentOutcome[],
): void {
  const isAboutPeople = given.some((one, n) => one.entity_type === "user" && outcomes[n] === "done");
  // What fails here is still wished for, and told by the clock.
  if (isAboutPeople)
    c.executionCtx.waitUntil(settleRoles(openDatabase(c.env), c.env.SENDER, { batches: 1 }).catch(() => 0));
  const ends = given.flatMap((one, n) =>
    outcomes[n] === "done" && "expires_at" in one ? [one.expires_at] : [],
  );
  if (isAboutPeople || ends.some((end) => end !== null)) wakeClock(c, communityId, ends);
}

function summed(
  given: readonly (LabelTarget | LabelAssignment)[],
  outcomes: readonly AssignmentOutcome[],
  unknown = "There is no such label for this kind of thing.",
) {
  const results = outcomes.map((outcome, index) => {
    const success = outcome === "done";
    return { index, success, outcome, ...(success ? {} : { message: why(outcome, given[index], unknown) }) };
  });
  const successful = results.filter(({ success }) => success).length;
  const summary = { total: results.length, successful, failed: results.length - successful };
  return { results, summary };
}

function why(outcome: AssignmentOutcome, one: LabelTarget | undefined, unknown: string): string {
  const type = one?.entity_type ?? "user";
  if (outcome === "unknown") return unknown;
  if (outcome === "duplicate") return "It carries that label already.";
  if (outcome === "limit") return `At most ${labelLimits[type]} labels for one ${type}.`;
  if (outcome === "forbidden") return "This label brings a role on a platform; only admins give and take it.";
  return "A user is platform:user id, a community its own number, and expires_at lies ahead.";
}
