import type { Context } from "hono";
import type { Refusal } from "#contracts/outcome";
import { type WebhookTargetService, webhooksPerCommunity } from "#contracts/outgoing-webhook";
import { type Database, openCommunityDatabase, openDatabase } from "#db/client";
import { ownMessage } from "#durable-objects/webhook-target/make-message";
import { outgoingKey } from "#durable-objects/webhook-target/signing";
import { within } from "#lib/within";
import { auditActor } from "#workers/api/access/caller";
import type { ApiBindings } from "#workers/api/bindings";
import { makeRoutes } from "#workers/api/make-routes";
import { standIn } from "#workers/api/rbac/stand-in";
import { bumpChannels } from "#workers/api/router/bump-channels";
import type { ChangedConfig } from "#workers/api/router/change-config";
import { toShownDelivery, toShownHealth, toShownWebhook } from "#workers/api/webhooks/shown";
import {
  create,
  deliveries,
  get,
  list,
  remove,
  replayAll,
  replayOne,
  rotate,
  test,
  update,
  verify,
} from "#workers/api/webhooks/webhook-routes";
import {
  createWebhook,
  findWebhook,
  listWebhooks,
  markVerified,
  removeWebhook,
  rotateKey,
  updateWebhook,
  type WebhookRow,
} from "#workers/api/webhooks/webhook-store";
import { requireRole } from "#workers/api/with-principal";
import { created, failure, success } from "#workers/shared/envelope";

const none = "There is no such community or webhook.";
const noKey = "Webhooks cannot be signed: WEBHOOK_SIGNING_KEY is not set.";
const changedMeanwhile = "The webhook changed while this was decided. Please try again.";
const full = `No such community, or it has its ${webhooksPerCommunity} webhooks already.`;
const tellWithinMs = 3000;

/** Outgoing webhooks of a community (30-action-modules §1.17), for its admins. */
export function webhookRoutes() {
  const routes = makeRoutes();
  for (const path of ["/:community_id/webhooks", "/:community_id/webhooks/*"])
    routes.use(path, requireRole("core", "admin", "super-admin", "user"));

  routes.openapi(list, async (c) => {
    const { community_id } = c.req.valid("param");
    const place = await enter(c, community_id);
    if (typeof place === "string") return turnAway(c, place);
    const webhooks = (await listWebhooks(place.db, community_id)).map(toShownWebhook);
    return success(c, { webhooks, count: webhooks.length });
  });

  routes.openapi(create, async (c) => {
    const { community_id: communityId } = c.req.valid("param");
    const place = await enter(c, communityId);
    if (typeof place === "string") return turnAway(c, place);
    if (!c.env.WEBHOOK_SIGNING_KEY) return failure(c, 503, noKey);
    const to = { communityId, by: await auditActor(c) };
    const changed = await createWebhook(place.db, c.req.valid("json"), to);
    const row = changed && (await findWebhook(place.db, changed.id, communityId));
    if (!row) return failure(c, 409, full);
    await tell(c, row.id, changed);
    return created(c, { webhook: toShownWebhook(row), secret: secretOf(c, row) });
  });

  routes.openapi(get, async (c) => {
    const own = await findOwn(c, c.req.valid("param"));
    if (typeof own === "string") return turnAway(c, own);
    const health = toShownHealth(await targetOf(c, own.row.id).health());
    return success(c, { webhook: toShownWebhook(own.row), health });
  });

  routes.openapi(update, async (c) => {
    const own = await findOwn(c, c.req.valid("param"));
    if (typeof own === "string") return turnAway(c, own);
    const changed = await updateWebhook(own.db, own.row.id, c.req.valid("json"), await changeBy(c, own.row));
    const row = changed && (await findWebhook(own.db, own.row.id, own.row.community_id));
    if (!row) return failure(c, 404, none);
    await tell(c, row.id, changed);
    return success(c, { webhook: toShownWebhook(row) });
  });

  routes.openapi(remove, async (c) => {
    const own = await findOwn(c, c.req.valid("param"));
    if (typeof own === "string") return turnAway(c, own);
    const changed = await removeWebhook(own.db, own.row.id, await changeBy(c, own.row));
    if (!changed) return failure(c, 404, none);
    await tell(c, own.row.id, changed);
    return success(c, { id: own.row.id });
  });

  routes.openapi(verify, async (c) => {
    const own = await findOwn(c, c.req.valid("param"));
    if (typeof own === "string") return turnAway(c, own);
    const challenge = crypto.randomUUID();
    const message = ownMessage("webhook.verification", challenge, Date.now(), { challenge });
    const verdict = await targetOf(c, own.row.id).verify(own.row.id, message, challenge);
    if (!verdict.ok) return refuseAsked(c, verdict);
    const changed = await markVerified(own.db, own.row, await changeBy(c, own.row));
    const row = changed && (await findWebhook(own.db, own.row.id, own.row.community_id));
    if (!row) return failure(c, 409, changedMeanwhile);
    await tell(c, row.id, changed);
    return success(c, { webhook: toShownWebhook(row) });
  });

  routes.openapi(rotate, async (c) => {
    const own = await findOwn(c, c.req.valid("param"));
    if (typeof own === "string") return turnAway(c, own);
    if (!c.env.WEBHOOK_SIGNING_KEY) return failure(c, 503, noKey);
    const changed = await rotateKey(own.db, own.row, await changeBy(c, own.row));
    const row = changed && (await findWebhook(own.db, own.row.id, own.row.community_id));
    if (!row) return failure(c, 404, changedMeanwhile);
    await tell(c, row.id, changed);
    return success(c, { webhook: toShownWebhook(row), secret: secretOf(c, row) });
  });

  routes.openapi(test, async (c) => {
    const own = await findOwn(c, c.req.valid("param"));
    if (typeof own === "string") return turnAway(c, own);
    const of = crypto.randomUUID();
    const message = ownMessage("webhook.test", of, Date.now(), { webhook_id: own.row.id });
    const tried = await targetOf(c, own.row.id).test(own.row.id, message);
    if (!tried.ok) return refuseAsked(c, tried);
    return success(c, { delivery: toShownDelivery(tried.value) });
  });

  routes.openapi(deliveries, async (c) => {
    const own = await findOwn(c, c.req.valid("param"));
    if (typeof own === "string") return turnAway(c, own);
    const { state, limit } = c.req.valid("query");
    const found = await targetOf(c, own.row.id).deliveries({ state, limit });
    return success(c, { deliveries: found.map(toShownDelivery), count: found.length });
  });

  routes.openapi(replayAll, async (c) => {
    const own = await findOwn(c, c.req.valid("param"));
    if (typeof own === "string") return turnAway(c, own);
    return success(c, { replayed_count: await targetOf(c, own.row.id).replay(own.row.id, "all") });
  });

  routes.openapi(replayOne, async (c) => {
    const { delivery_id: id, ...which } = c.req.valid("param");
    const own = await findOwn(c, which);
    if (typeof own === "string") return turnAway(c, own);
    const count = await targetOf(c, own.row.id).replay(own.row.id, { id });
    if (count === 0) return failure(c, 404, "No such delivery was given up.");
    return success(c, { replayed_count: count });
  });
  return routes;
}

type Refused = "foreign" | "forbidden";

async function enter(c: Context<ApiBindings>, communityId: number): Promise<Refused | { db: Database }> {
  const standing = await standIn(c, openDatabase(c.env), "community.manage_settings", { communityId });
  return typeof standing === "string" ? standing : { db: openCommunityDatabase(c.env, communityId) };
}

async function findOwn(
  c: Context<ApiBindings>,
  { community_id, webhook_id }: { community_id: number; webhook_id: number },
): Promise<Refused | { db: Database; row: WebhookRow }> {
  const place = await enter(c, community_id);
  if (typeof place === "string") return place;
  const row = await findWebhook(place.db, webhook_id, community_id);
  return row ? { db: place.db, row } : "foreign";
}

function turnAway(c: Context<ApiBindings>, why: Refused) {
  if (why === "forbidden") return failure(c, 403, "Webhooks are kept by admins and above.");
  return failure(c, 404, none);
}

/** Why an address was not asked, or did not answer as it should. */
function refuseAsked(c: Context<ApiBindings>, { code, message, retryAfterMs = 0 }: Refusal) {
  if (code === "not_found") return failure(c, 404, none);
  if (code === "unavailable") return failure(c, 503, noKey);
  if (code !== "rate_limited") return failure(c, 409, message ?? changedMeanwhile);
  c.header("retry-after", String(Math.ceil(retryAfterMs / 1000)));
  return failure(c, 429, "This address was asked often enough. Please wait a minute.");
}

async function changeBy(c: Context<ApiBindings>, { community_id }: WebhookRow) {
  return { communityId: community_id, by: await auditActor(c) };
}

/** The object is named after the row's number, which was looked up and not taken from the caller. */
function targetOf(c: Context<ApiBindings>, webhookId: number): WebhookTargetService {
  return c.env.WEBHOOK_TARGET.get(c.env.WEBHOOK_TARGET.idFromName(String(webhookId)));
}

/** The address's object and the community's channels. Fails open: each looks again by itself. */
async function tell(c: Context<ApiBindings>, webhookId: number, changed: ChangedConfig): Promise<void> {
  const told = [targetOf(c, webhookId).refresh(webhookId), bumpChannels(c.env, changed)];
  await within(Promise.allSettled(told), tellWithinMs);
}

function secretOf(c: Context<ApiBindings>, { id, key_number }: WebhookRow): string {
  return outgoingKey(c.env.WEBHOOK_SIGNING_KEY, id, key_number) ?? "";
}
