import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { globalCommunityId } from "#router/authorize";
import { auditActor } from "#workers/api/access/caller";
import type { ApiBindings } from "#workers/api/bindings";
import {
  type ConfigChange,
  changeConfig,
  findConfig,
  type VersionedConfig,
} from "#workers/api/reputation/config-store";
import { enter, turnAway } from "#workers/api/reputation/place";
import {
  getConfig,
  putConfig,
  putLicence,
  putScoring,
  putWeights,
} from "#workers/api/reputation/reputation-routes";
import { requirePlatformWide } from "#workers/api/require-platform-wide";
import { requireRole } from "#workers/api/with-principal";
import { failure, success } from "#workers/shared/envelope";

const stale = "This changed meanwhile. Please look at it again.";
const unlicensed = "Own weights come with the premium licence.";
const keepsDefaults = "The global community keeps the defaults.";

/** What a community decides about reputation. */
export function addConfigRoutes(routes: OpenAPIHono<ApiBindings>): void {
  routes.openapi(getConfig, async (c) => {
    const { community_id: communityId } = c.req.valid("param");
    const db = await enter(c, communityId, "manage");
    if (typeof db === "string") return turnAway(c, db);
    return show(c, await findConfig(db, communityId));
  });

  routes.openapi(putConfig, (c) => {
    const { community_id: communityId } = c.req.valid("param");
    return change(c, communityId, { settings: c.req.valid("json") });
  });
  routes.openapi(putScoring, (c) => {
    const { community_id: communityId } = c.req.valid("param");
    return change(c, communityId, c.req.valid("json"));
  });
  routes.openapi(putWeights, (c) => {
    const { community_id: communityId } = c.req.valid("param");
    return change(c, communityId, c.req.valid("json"));
  });

  routes.use("/:community_id/licence", requirePlatformWide, requireRole("admin", "super-admin"));
  routes.openapi(putLicence, (c) => {
    const { community_id: communityId } = c.req.valid("param");
    return change(c, communityId, { isPremium: c.req.valid("json").is_premium });
  });
}

async function change(c: Context<ApiBindings>, communityId: number, wanted: ConfigChange) {
  const db = await enter(c, communityId, "manage");
  if (typeof db === "string") return turnAway(c, db);
  if (communityId === globalCommunityId) return failure(c, 409, keepsDefaults);
  const version = versionOf(c.req.header("if-match"));
  const changed = await changeConfig(db, wanted, { communityId, by: await auditActor(c), version });
  if (changed) return show(c, changed);
  const { config } = await findConfig(db, communityId);
  return "weights" in wanted && !config.is_premium ? failure(c, 403, unlicensed) : failure(c, 412, stale);
}

function show(c: Context<ApiBindings>, { config, version }: VersionedConfig) {
  c.header("etag", `"${version}"`);
  return success(c, { config });
}

/** What is no version of ours is one that nothing has. */
function versionOf(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch.trim() === "*") return undefined;
  const [, digits] = /^"(\d{1,9})"$/.exec(ifMatch.trim()) ?? [];
  return digits === undefined ? -1 : Number(digits);
}
