import type { Context } from "hono";
import { labelsPerCommunity } from "#contracts/label";
import { auditActor } from "#workers/api/access/caller";
import type { ApiBindings } from "#workers/api/bindings";
import { addAssignmentRoutes } from "#workers/api/labels/assignments";
import { addGroupRoutes } from "#workers/api/labels/groups";
import { create, get, list, remove, update } from "#workers/api/labels/label-routes";
import {
  createLabel,
  findLabel,
  type LabelRow,
  listLabels,
  removeLabel,
  updateLabel,
} from "#workers/api/labels/label-store";
import { enter, turnAway } from "#workers/api/labels/place";
import { wakeClock } from "#workers/api/labels/wake-clock";
import { makeRoutes } from "#workers/api/make-routes";
import { requireRole } from "#workers/api/with-principal";
import { created, failure, success } from "#workers/shared/envelope";

const system = "This label belongs to the house and cannot be changed.";
const stale = "The label changed meanwhile. Please look at it again.";
const taken = "There is a label of that name in this category already.";
const full = `This community has its ${labelsPerCommunity} labels already.`;

/** Labels and entity groups (40-core §1.31): admins make them, moderators put them on things. */
export function labelRoutes() {
  const routes = makeRoutes();
  for (const part of ["labels", "entity", "entity-groups"])
    for (const path of [`/:community_id/${part}`, `/:community_id/${part}/*`])
      routes.use(path, requireRole("core", "admin", "super-admin", "user"));
  // Before the labels by number: `search` is none.
  addAssignmentRoutes(routes);
  addGroupRoutes(routes);

  routes.openapi(list, async (c) => {
    const { community_id: communityId } = c.req.valid("param");
    const { category, cursor, limit } = c.req.valid("query");
    const db = await enter(c, communityId, "community.add_user");
    if (typeof db === "string") return turnAway(c, db);
    const labels = await listLabels(db, { communityId, category, after: cursor, limit });
    const last = labels.length === limit ? labels.at(-1) : undefined;
    return success(c, { labels, count: labels.length, next_cursor: last ? String(last.id) : null });
  });

  routes.openapi(create, async (c) => {
    const { community_id: communityId } = c.req.valid("param");
    const db = await enter(c, communityId, "community.manage_settings");
    if (typeof db === "string") return turnAway(c, db, "admins");
    const label = await createLabel(db, c.req.valid("json"), { communityId, by: await auditActor(c) });
    if (label === "full") return failure(c, 409, full);
    if (label === "duplicate") return failure(c, 409, taken);
    return created(withTag(c, label), { label });
  });

  routes.openapi(get, async (c) => {
    const { community_id: communityId, label_id } = c.req.valid("param");
    const db = await enter(c, communityId, "community.add_user");
    if (typeof db === "string") return turnAway(c, db);
    const label = await findLabel(db, label_id, communityId);
    return label ? success(withTag(c, label), { label }) : turnAway(c, "foreign");
  });

  routes.openapi(update, async (c) => {
    const { community_id: communityId, label_id } = c.req.valid("param");
    const db = await enter(c, communityId, "community.manage_settings");
    if (typeof db === "string") return turnAway(c, db, "admins");
    const found = await findLabel(db, label_id, communityId);
    if (!found) return turnAway(c, "foreign");
    if (found.is_system) return failure(c, 403, system);
    const version = versionOf(c.req.valid("header")["if-match"]);
    const to = { communityId, by: await auditActor(c), version };
    const label = await updateLabel(db, label_id, c.req.valid("json"), to);
    if (label === "none") return turnAway(c, "foreign");
    if (label === "stale") return failure(c, 412, stale);
    if (label === "duplicate") return failure(c, 409, taken);
    return success(withTag(c, label), { label });
  });

  routes.openapi(remove, async (c) => {
    const { community_id: communityId, label_id: id } = c.req.valid("param");
    const db = await enter(c, communityId, "community.manage_settings");
    if (typeof db === "string") return turnAway(c, db, "admins");
    const found = await findLabel(db, id, communityId);
    if (!found) return turnAway(c, "foreign");
    if (found.is_system) return failure(c, 403, system);
    const version = versionOf(c.req.valid("header")["if-match"]);
    const removed = await removeLabel(db, id, { communityId, by: await auditActor(c), version });
    if (removed === "stale") return failure(c, 412, stale);
    if (removed !== "done") return turnAway(c, "foreign");
    wakeClock(c, communityId, []);
    return success(c, { id });
  });
  return routes;
}

function withTag(c: Context<ApiBindings>, { version }: LabelRow): Context<ApiBindings> {
  c.header("etag", `"${version}"`);
  return c;
}

/** What is no version of ours is one that no label has. */
function versionOf(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch.trim() === "*") return undefined;
  const [, digits] = /^"(\d{1,9})"$/.exec(ifMatch.trim()) ?? [];
  return digits === undefined ? 0 : Number(digits);
}
