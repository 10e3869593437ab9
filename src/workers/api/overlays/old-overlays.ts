import { sql } from "drizzle-orm";
import type { Context } from "hono";
import * as z from "zod";
import { overlayType } from "#contracts/overlay";
import { openDatabase } from "#db/client";
import type { ApiBindings } from "#workers/api/bindings";
import { enter, turnAway } from "#workers/api/communities/place";
import { makeRoutes } from "#workers/api/make-routes";
import { readDisplay } from "#workers/api/overlays/display-request";
import { noteShown } from "#workers/api/overlays/note-shown";
import * as routesOf from "#workers/api/overlays/old-routes";
import { askOverlay } from "#workers/api/overlays/overlay-desk";
import { orAway } from "#workers/api/overlays/overlays";
import { overlayAddress, rotateToken } from "#workers/api/overlays/rotate-token";
import { toToken } from "#workers/api/overlays/shown";
import { findToken, listTokens, type TokenRow } from "#workers/api/overlays/token-store";
import { created, failure, success } from "#workers/shared/envelope";
import { aboutNow } from "#workers/shared/health";

const base = "/browser/source";
const keepers = "admins";

/** What services of the older generation call (40-core §1.34). */
export function oldOverlayRoutes() {
  const routes = makeRoutes();

  routes.openapi(routesOf.display, async (c) => {
    const request = c.req.valid("json");
    const entered = await enter(c, request.community_id, "commands.moderate");
    if (typeof entered === "string") return turnAway(c, entered);
    const read = readDisplay(request);
    if (!read.ok) return failure(c, 400, "The request is not valid.", read.problems);
    await noteShown(c, entered.own, request);
    return orAway(c, async () => {
      const key = `rest/${crypto.randomUUID()}`;
      const shown = await askOverlay(c.env, request.community_id, (desk) => desk.show(key, read.content));
      return success(c, { source_type: shown.part, seq: shown.seq, pages: shown.pages });
    });
  });

  routes.openapi(routesOf.listTokens, async (c) => {
    const { community_id } = c.req.valid("query");
    const entered = await enter(c, community_id, "community.manage_settings");
    if (typeof entered === "string") return turnAway(c, entered, keepers);
    const tokens = (await listTokens(entered.db, community_id)).map((row) => ({
      community_id,
      source_type: row.type,
      ...toToken(row),
    }));
    return success(c, { tokens, count: tokens.length });
  });

  routes.openapi(routesOf.createToken, async (c) => {
    const { community_id, source_type } = c.req.valid("json");
    const entered = await enter(c, community_id, "community.manage_settings");
    if (typeof entered === "string") return turnAway(c, entered, keepers);
    const known = await listTokens(entered.db, community_id);
    if (known.some(({ type, expires_at }) => type === source_type && expires_at === null))
      return failure(c, 409, "This overlay has its token already. Regenerate it to get a new one.");
    return make(c, { community_id, type: source_type }, false);
  });

  routes.openapi(routesOf.regenerateToken, async (c) => {
    const own = await findOwn(c, c.req.valid("param").token);
    if ("refused" in own) return refuse(c, own.refused);
    return make(c, own.row, c.req.valid("query").grace === "true");
  });

  routes.openapi(routesOf.deleteToken, async (c) => {
    const own = await findOwn(c, c.req.valid("param").token);
    if ("refused" in own) return refuse(c, own.refused);
    const { id, type, community_id: communityId } = own.row;
    return orAway(c, async () => {
      await rotateToken(c, openDatabase(c.env), { communityId, type, grace: false, wantsNew: false });
      return success(c, { id });
    });
  });

  routes.openapi(routesOf.urls, async (c) => {
    const { community_id } = c.req.valid("param");
    const entered = await enter(c, community_id, "commands.moderate");
    if (typeof entered === "string") return turnAway(c, entered);
    const known = new Set((await listTokens(entered.db, community_id)).map(({ type }) => type));
    const urls = overlayType.options.map((type) => ({
      source_type: type,
      url: overlayAddress(c.env, base, "{token}", type).url,
      has_token: known.has(type),
    }));
    return success(c, { urls });
  });
  return routes;
}

/** What is open to everybody: counts and a sign of life, nothing of any community. */
export function openOverlayRoutes() {
  const routes = makeRoutes();
  routes.openapi(routesOf.stats, async (c) => {
    const { rows } = await openDatabase(c.env).execute(sql`
      SELECT type, count(*)::int AS count FROM overlay_tokens
      WHERE is_active AND (expires_at IS NULL OR expires_at > now()) GROUP BY type`);
    const counts = z.array(z.object({ type: overlayType, count: z.int() })).parse(rows);
    const total = counts.reduce((sum, { count }) => sum + count, 0);
    return success(c, { tokens: Object.fromEntries(counts.map(({ type, count }) => [type, count])), total });
  });
  routes.openapi(routesOf.health, (c) => c.json({ status: "healthy", ...aboutNow("browser-source") }, 200));
  return routes;
}

async function make(
  c: Context<ApiBindings>,
  { community_id, type }: Pick<TokenRow, "community_id" | "type">,
  grace: boolean,
) {
  return orAway(c, async () => {
    const wish = { communityId: community_id, type, grace, wantsNew: true };
    const { id, token } = await rotateToken(c, openDatabase(c.env), wish);
    const { url } = overlayAddress(c.env, base, token, type);
    return created(c, { id: id ?? 0, community_id, source_type: type, token, url });
  });
}

/** The token, for whoever may keep its community's; a foreign one looks like none. */
async function findOwn(
  c: Context<ApiBindings>,
  id: number,
): Promise<{ row: TokenRow } | { refused: "foreign" | "forbidden" }> {
  const row = await findToken(openDatabase(c.env), id);
  // Asked even where there is none, so that an answer's time does not say which numbers exist.
  const entered = await enter(c, row?.community_id ?? 0, "community.manage_settings");
  if (row && typeof entered !== "string") return { row };
  return { refused: row && entered === "forbidden" ? "forbidden" : "foreign" };
}

function refuse(c: Context<ApiBindings>, why: "foreign" | "forbidden") {
  return why === "forbidden" ? turnAway(c, why, keepers) : failure(c, 404, "There is no such token.");
}
