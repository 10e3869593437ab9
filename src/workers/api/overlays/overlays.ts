import type { Context } from "hono";
import { overlayType } from "#contracts/overlay";
import { auditActor } from "#workers/api/access/caller";
import type { ApiBindings } from "#workers/api/bindings";
import { enter, turnAway } from "#workers/api/communities/place";
import { makeRoutes } from "#workers/api/make-routes";
import { askOverlay, OverlayAway } from "#workers/api/overlays/overlay-desk";
import { list, receipt, remove, rotate, sendTest, setTheme } from "#workers/api/overlays/overlay-routes";
import { overlayAddress, rotateToken } from "#workers/api/overlays/rotate-token";
import { sampleFor } from "#workers/api/overlays/sample";
import { toShown } from "#workers/api/overlays/shown";
import { listThemes, writeTheme } from "#workers/api/overlays/theme-store";
import { listTokens } from "#workers/api/overlays/token-store";
import { requireRole } from "#workers/api/with-principal";
import { created, failure, success } from "#workers/shared/envelope";

const keepers = "admins";

/** A community's overlays (40-core §1.34): moderators look and test, admins give addresses and looks. */
export function overlayRoutes() {
  const routes = makeRoutes();
  for (const path of ["/:community_id/overlays", "/:community_id/overlays/*"])
    routes.use(path, requireRole("core", "admin", "super-admin", "user"));

  routes.openapi(list, async (c) => {
    const { community_id } = c.req.valid("param");
    const entered = await enter(c, community_id, "commands.moderate");
    if (typeof entered === "string") return turnAway(c, entered);
    return orAway(c, async () => {
      const [tokens, themes, status] = await Promise.all([
        listTokens(entered.db, community_id),
        listThemes(entered.db, community_id),
        askOverlay(c.env, community_id, (desk) => desk.status()),
      ]);
      const overlays = overlayType.options.map((type) => toShown(type, { tokens, themes, status }));
      return success(c, { overlays });
    });
  });

  routes.openapi(rotate, async (c) => {
    const { community_id, type } = c.req.valid("param");
    const { grace } = c.req.valid("json");
    const entered = await enter(c, community_id, "community.manage_settings");
    if (typeof entered === "string") return turnAway(c, entered, keepers);
    return orAway(c, async () => {
      const wish = { communityId: community_id, type, grace, wantsNew: true };
      const { id, token } = await rotateToken(c, entered.db, wish);
      return created(c, { id: id ?? 0, ...overlayAddress(c.env, "/overlay", token, type) });
    });
  });

  routes.openapi(remove, async (c) => {
    const { community_id, type } = c.req.valid("param");
    const entered = await enter(c, community_id, "community.manage_settings");
    if (typeof entered === "string") return turnAway(c, entered, keepers);
    return orAway(c, async () => {
      const wish = { communityId: community_id, type, grace: false, wantsNew: false };
      const { ended } = await rotateToken(c, entered.db, wish);
      return success(c, { removed: ended });
    });
  });

  routes.openapi(setTheme, async (c) => {
    const { community_id, type } = c.req.valid("param");
    const theme = c.req.valid("json");
    const entered = await enter(c, community_id, "community.manage_settings");
    if (typeof entered === "string") return turnAway(c, entered, keepers);
    const by = await auditActor(c);
    const version = await writeTheme(entered.db, { communityId: community_id, type, theme, by });
    // In the books first: the pages of an overlay that is away get it with the next try.
    return orAway(c, async () => {
      await askOverlay(c.env, community_id, (desk) => desk.setTheme(type, theme));
      return success(c, { theme, theme_version: version });
    });
  });

  routes.openapi(sendTest, async (c) => {
    const { community_id, type } = c.req.valid("param");
    const entered = await enter(c, community_id, "commands.moderate");
    if (typeof entered === "string") return turnAway(c, entered);
    const sample = sampleFor(type, c.env.PUBLIC_URL);
    if (!sample) return failure(c, 409, "Media is shown from https addresses only, and this house has none.");
    return orAway(c, async () => {
      const key = `test/${crypto.randomUUID()}`;
      return success(c, await askOverlay(c.env, community_id, (desk) => desk.show(key, sample)));
    });
  });

  routes.openapi(receipt, async (c) => {
    const { community_id, part, seq } = c.req.valid("param");
    const entered = await enter(c, community_id, "commands.moderate");
    if (typeof entered === "string") return turnAway(c, entered);
    return orAway(c, async () => {
      const found = await askOverlay(c.env, community_id, (desk) => desk.receipt(part, seq));
      if (!found) return failure(c, 404, "This was never shown, or long ago.");
      const at = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
      return success(c, {
        delivered_at: at(found.deliveredAt),
        ended_at: at(found.playedAt),
        result: found.result,
      });
    });
  });
  return routes;
}

/** The answer, or that the overlays could not be reached. */
export async function orAway<T>(c: Context<ApiBindings>, answer: () => Promise<T>) {
  try {
    return await answer();
  } catch (error) {
    if (!(error instanceof OverlayAway)) throw error;
    return failure(c, 503, "The overlays do not answer right now. Please try again in a moment.");
  }
}
