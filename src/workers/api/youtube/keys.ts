import { sql } from "drizzle-orm";
import type { Context } from "hono";
import type { ReadingKeyService } from "#contracts/live-chat";
import type { Refusal } from "#contracts/outcome";
import { type AuditActor, noteChange } from "#db/audit";
import { type Database, openDatabase } from "#db/client";
import { timedOut, within } from "#lib/within";
import { auditActor } from "#workers/api/access/caller";
import type { ApiBindings } from "#workers/api/bindings";
import { mayConnect } from "#workers/api/connections/standing";
import { makeRoutes } from "#workers/api/make-routes";
import { requireRole } from "#workers/api/with-principal";
import { deleteKey, putKey, showCommunityQuota } from "#workers/api/youtube/channel-routes";
import { shownQuotaOf } from "#workers/api/youtube/shown-quota";
import { failure, success } from "#workers/shared/envelope";

const none = "There is no such community or key.";
const forbidden = "Keys are kept by admins and above.";
const answerWithinMs = 12_000;

/** A community's own YouTube key (issue 4, item 5): it goes to the sender's vault, and only how it stands comes back. */
export function youtubeKeyRoutes() {
  const routes = makeRoutes();
  routes.use("/communities/:community_id/youtube/*", requireRole("core", "admin", "super-admin", "user"));

  routes.openapi(showCommunityQuota, async (c) => {
    const { community_id: communityId } = c.req.valid("param");
    const standing = await mayConnect(c, openDatabase(c.env), communityId);
    if (standing !== "yes") return turnAway(c, standing);
    const seen = await within(keyService(c.env).readingStanding(placeOf(communityId)), answerWithinMs);
    if (seen === timedOut || !seen.ok) return failure(c, 503, "The quota is not known right now.");
    const { key, problem, quota } = seen.value;
    return success(c, { key, problem, ...shownQuotaOf(quota) });
  });

  routes.openapi(putKey, async (c) => {
    const { community_id: communityId } = c.req.valid("param");
    const db = openDatabase(c.env);
    const standing = await mayConnect(c, db, communityId);
    if (standing !== "yes") return turnAway(c, standing);
    const kept = await within(
      keyService(c.env).keepKey(placeOf(communityId), c.req.valid("json").key),
      answerWithinMs,
    );
    if (kept === timedOut || !kept.ok) return notKept(c, kept === timedOut ? undefined : kept);
    await noteKey(db, "youtube_key.set", communityId, await auditActor(c));
    return success(c, { kept: true as const });
  });

  routes.openapi(deleteKey, async (c) => {
    const { community_id: communityId } = c.req.valid("param");
    const db = openDatabase(c.env);
    const standing = await mayConnect(c, db, communityId);
    if (standing !== "yes") return turnAway(c, standing);
    const dropped = await within(keyService(c.env).dropKey(placeOf(communityId)), answerWithinMs);
    if (dropped === timedOut || !dropped.ok)
      return failure(c, 503, "The key cannot be forgotten at the moment. Try again.");
    if (!dropped.value) return failure(c, 404, none);
    await noteKey(db, "youtube_key.delete", communityId, await auditActor(c));
    return success(c, { deleted: true as const });
  });
  return routes;
}

/** The sender's entry, named apart from the RPC type so that its depth stays bounded. */
function keyService({ READING_KEYS }: Pick<ApiEnv, "READING_KEYS">): ReadingKeyService {
  return READING_KEYS;
}

function placeOf(communityId: number) {
  return { platform: "youtube", communityId };
}

function notKept(c: Context<ApiBindings>, why: Refusal | undefined) {
  if (why?.code === "unauthenticated")
    return failure(c, 400, "YouTube does not accept this key. Is the YouTube Data API switched on for it?");
  return failure(c, 503, why?.message ?? "The key could not be checked with YouTube. Try again.");
}

function turnAway(c: Context<ApiBindings>, why: "foreign" | "forbidden") {
  return why === "foreign" ? failure(c, 404, none) : failure(c, 403, forbidden);
}

/** The vault itself changed in the sender; this is the record of who did it. The key is in neither. */
async function noteKey(
  db: Database,
  action: "youtube_key.set" | "youtube_key.delete",
  communityId: number,
  by: AuditActor,
): Promise<void> {
  const change = {
    action,
    resourceType: "youtube_key",
    source: sql`done`,
    resourceId: sql`${String(communityId)}`,
    communityId: sql`${communityId}`,
  };
  await db.execute(sql`WITH done AS (SELECT 1) ${noteChange(change, by)}`);
}
