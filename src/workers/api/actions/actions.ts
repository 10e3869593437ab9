import { sql } from "drizzle-orm";
import type { Context } from "hono";
import * as z from "zod";
import { parseEntityId } from "#contracts/ids";
import { outcomeStatus } from "#contracts/outcome";
import type { SenderService } from "#contracts/sender";
import { noteChange } from "#db/audit";
import { type Database, openDatabase } from "#db/client";
import { platforms } from "#platforms/registry";
import type { Permission } from "#router/permissions";
import { auditActor } from "#workers/api/access/caller";
import {
  batch,
  execute,
  listActions,
  type Order,
  type ShownOutcome,
} from "#workers/api/actions/action-routes";
import type { ApiBindings } from "#workers/api/bindings";
import { makeRoutes } from "#workers/api/make-routes";
import { standIn } from "#workers/api/rbac/stand-in";
import { findEntity } from "#workers/api/router/entity-store";
import { requireRole } from "#workers/api/with-principal";
import { failure, success } from "#workers/shared/envelope";

const none = "There is no such channel.";
const notYours = "This caller may not do that in this channel.";

/** What a caller must hold for an action; whatever is not named here changes the channel and asks for its settings. */
const permissions: ReadonlyMap<string, Permission> = new Map([
  ["ban", "users.ban"],
  ["unban", "users.ban"],
  ["kick", "users.kick"],
  ["timeout", "users.timeout"],
  ["end_timeout", "users.timeout"],
  ["delete_message", "commands.moderate"],
  ["send_message", "commands.moderate"],
  ["send_embed", "commands.moderate"],
  ["chat_message", "commands.moderate"],
  ["announcement", "commands.moderate"],
  ["shoutout", "commands.moderate"],
  ["add_reaction", "commands.moderate"],
  ["marker", "commands.moderate"],
  ["clip", "commands.moderate"],
]);
const permissionOf = (action: string): Permission => permissions.get(action) ?? "community.manage_settings";

/** Actions on platforms (30-action-modules §1.17): every one asked for is noted before it is done. */
export function actionRoutes() {
  const routes = makeRoutes();
  routes.use("/*", requireRole("core", "action", "admin", "super-admin", "user"));

  routes.openapi(listActions, (c) => success(c, { actions: describeAll() }));

  routes.openapi(execute, async (c) => {
    const order = c.req.valid("json");
    const db = openDatabase(c.env);
    const place = await placeOf(c, db, order);
    if (typeof place === "string") return refusePlace(c, place);
    return success(c, await carryOut(c, db, order, place.communityId));
  });

  routes.openapi(batch, async (c) => {
    const { actions } = c.req.valid("json");
    const db = openDatabase(c.env);
    const places = [];
    // All of them are looked at before the first is done: a batch that may not be done is not half done.
    for (const order of actions) {
      const place = await placeOf(c, db, order);
      if (typeof place === "string") return refusePlace(c, place);
      places.push({ order, place });
    }
    const outcomes: ShownOutcome[] = [];
    for (const { order, place } of places) outcomes.push(await carryOut(c, db, order, place.communityId));
    return success(c, { outcomes, count: outcomes.length });
  });
  return routes;
}

function describeAll() {
  return [...platforms.values()].flatMap(({ name, actions }) =>
    [...(actions?.values() ?? [])].map((action) => ({
      platform: name,
      action: action.name,
      description: action.description,
      as: action.as,
      permission: permissionOf(action.name),
      params: paramsOf(action.params),
    })),
  );
}

function paramsOf(params: z.ZodType): Record<string, unknown> {
  return { ...z.toJSONSchema(params, { unrepresentable: "any", io: "input" }) };
}

async function placeOf(
  c: Context<ApiBindings>,
  db: Database,
  { entity_id: entityId, action }: Order,
): Promise<"foreign" | "forbidden" | { communityId: number }> {
  const entity = parseEntityId(entityId) && (await findEntity(db, entityId));
  if (!entity) return "foreign";
  const { communityId } = entity;
  const standing = await standIn(c, db, permissionOf(action), { communityId, entityId });
  return typeof standing === "string" ? standing : { communityId };
}

function refusePlace(c: Context<ApiBindings>, why: "foreign" | "forbidden") {
  return why === "forbidden" ? failure(c, 403, notYours) : failure(c, 404, none);
}

/** Noted first: what was done to somebody must never be missing from the log. */
async function carryOut(
  c: Context<ApiBindings>,
  db: Database,
  order: Order,
  communityId: number,
): Promise<ShownOutcome> {
  const { entity_id: entityId, action, params, idempotency_key: key } = order;
  await note(c, db, order, communityId);
  const sender: Pick<SenderService, "act"> = c.env.SENDER;
  const outcome = await sender.act({
    id: `api/${key ?? c.get("requestId")}/${entityId}/${action}`.slice(0, 700),
    communityId,
    entityId,
    action,
    params,
    correlationId: c.get("correlationId"),
  });
  const shown = { action, entity_id: entityId };
  if (outcome.ok) return { ...shown, done: true, result: outcome.value };
  const { code, message = `status ${outcomeStatus[code]}` } = outcome;
  return { ...shown, done: false, error: { code, message } };
}

async function note(
  c: Context<ApiBindings>,
  db: Database,
  { entity_id: entityId, action, params }: Order,
  communityId: number,
): Promise<void> {
  const facts = JSON.stringify({ entity_id: entityId, action, params });
  const entry = noteChange(
    {
      action: `platform.${action}`,
      resourceType: "channel",
      source: sql`(SELECT ${entityId}::text AS id) asked`,
      resourceId: sql`asked.id`,
      communityId: sql`${communityId}`,
      after: sql`${facts}`,
    },
    await auditActor(c),
  );
  await db.execute(entry);
}
