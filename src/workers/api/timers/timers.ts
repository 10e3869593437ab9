import type { Context } from "hono";
import { higherRole, type Role } from "#contracts/role";
import { timerInput, timerPatch, timersPerChannel } from "#contracts/timer";
import { type Database, openCommunityDatabase, openDatabase } from "#db/client";
import { auditActor } from "#workers/api/access/caller";
import type { ApiBindings } from "#workers/api/bindings";
import { makeRoutes } from "#workers/api/make-routes";
import { type CallerStanding, standIn } from "#workers/api/rbac/stand-in";
import { bumpChannels } from "#workers/api/router/bump-channels";
import { askChannels } from "#workers/api/timers/ask-channels";
import { create, get, list, remove, update } from "#workers/api/timers/timer-routes";
import {
  type TimerRow,
  timerFromBorder,
  timerProblems,
  toShown,
  withPatch,
} from "#workers/api/timers/timer-row";
import {
  createTimer,
  findTimer,
  isChannelOf,
  listTimers,
  removeTimer,
  type TimerMaker,
  updateTimer,
} from "#workers/api/timers/timer-store";
import { requireRole } from "#workers/api/with-principal";
import { created, failure, success } from "#workers/shared/envelope";

const invalid = "The request is not valid.";
const none = "There is no such timer.";
const full = `This channel has its ${timersPerChannel} timers already.`;

/** Timers of a community's channels (20-receivers §1.14). Every change reaches its channel before the answer. */
export function timerRoutes() {
  const routes = makeRoutes();
  for (const path of ["/:community_id/timers", "/:community_id/timers/*"])
    routes.use(path, requireRole("core", "admin", "super-admin", "user"));

  routes.openapi(list, async (c) => {
    const { community_id } = c.req.valid("param");
    const { entity_id, after, limit } = c.req.valid("query");
    const standing = await standHere(c, openDatabase(c.env), community_id, entity_id);
    if (typeof standing === "string") return refuseStanding(c, standing);
    const db = openCommunityDatabase(c.env, community_id);
    const rows = await listTimers(db, { communityId: community_id, entityId: entity_id, after, limit });
    const timers = await shownAll(c, rows);
    return success(c, { timers, count: timers.length });
  });

  routes.openapi(create, async (c) => {
    const { community_id } = c.req.valid("param");
    const { entity_id, ...given } = c.req.valid("json");
    const standing = await standHere(c, openDatabase(c.env), community_id, entity_id);
    if (typeof standing === "string") return refuseStanding(c, standing);
    const db = openCommunityDatabase(c.env, community_id);
    const timer = timerInput.safeParse(timerFromBorder(given));
    if (!timer.success) return failure(c, 400, invalid, timerProblems(timer.error));
    const to = {
      communityId: community_id,
      entityId: entity_id,
      maker: makerOf(standing),
      by: await auditActor(c),
    };
    const changed = await createTimer(db, timer.data, to);
    if (!changed) return failure(c, 409, full);
    await bumpChannels(c.env, changed);
    const [shown] = await shownAll(c, [changed.timer]);
    return shown ? created(c, { timer: shown }) : failure(c, 404, none);
  });

  routes.openapi(get, async (c) => {
    const own = await findOwn(c, c.req.valid("param"));
    if ("refused" in own) return refuseStanding(c, own.refused);
    const [timer] = await shownAll(c, [own.row]);
    return timer ? success(c, { timer }) : failure(c, 404, none);
  });

  routes.openapi(update, async (c) => {
    const own = await findOwn(c, c.req.valid("param"));
    if ("refused" in own) return refuseStanding(c, own.refused);
    const patch = timerPatch.safeParse(timerFromBorder(c.req.valid("json")));
    if (!patch.success) return failure(c, 400, invalid, timerProblems(patch.error));
    const whole = timerInput.safeParse(withPatch(own.row, patch.data));
    if (!whole.success) return failure(c, 400, invalid, timerProblems(whole.error));
    const communityId = own.row.community_id;
    const to = { communityId, maker: makerOf(own.standing), by: await auditActor(c) };
    const changed = await updateTimer(own.db, own.row.id, whole.data, to);
    if (!changed) return failure(c, 404, none);
    await bumpChannels(c.env, changed);
    const [timer] = await shownAll(c, [changed.timer]);
    return timer ? success(c, { timer }) : failure(c, 404, none);
  });

  routes.openapi(remove, async (c) => {
    const own = await findOwn(c, c.req.valid("param"));
    if ("refused" in own) return refuseStanding(c, own.refused);
    const { id, community_id: communityId } = own.row;
    const changed = await removeTimer(own.db, id, { communityId, by: await auditActor(c) });
    if (!changed) return failure(c, 404, none);
    await bumpChannels(c.env, changed);
    await askChannels(c.env, [changed.timer.entity_id]);
    return success(c, { id });
  });
  return routes;
}

/** Moderators of a channel keep its timers; those of the community keep all. */
async function standHere(
  c: Context<ApiBindings>,
  db: Database,
  communityId: number,
  entityId: string | undefined,
): Promise<CallerStanding | "foreign" | "forbidden"> {
  const standing = await standIn(c, openDatabase(c.env), "commands.moderate", { communityId, entityId });
  if (typeof standing === "string" || entityId === undefined) return standing;
  return (await isChannelOf(db, entityId, communityId)) ? standing : "foreign";
}

function refuseStanding(c: Context<ApiBindings>, why: "foreign" | "forbidden") {
  if (why === "forbidden") return failure(c, 403, "Timers are kept by moderators and above.");
  return failure(c, 404, "There is no such community, channel or timer.");
}

/** A timer runs with what its maker may do, and never as more than a moderator (docs/decisions/0017). */
function makerOf({ role, accounts }: CallerStanding): TimerMaker {
  const most: Role = "moderator";
  return { role: higherRole(role, most) === role ? most : role, accounts };
}

async function findOwn(
  c: Context<ApiBindings>,
  { community_id, timer_id }: { community_id: number; timer_id: number },
): Promise<{ refused: "foreign" | "forbidden" } | { db: Database; row: TimerRow; standing: CallerStanding }> {
  const db = openCommunityDatabase(c.env, community_id);
  const row = await findTimer(db, timer_id, community_id);
  // Asked even where there is none, so that an answer's time does not say which numbers exist.
  const standing = await standIn(c, openDatabase(c.env), "commands.moderate", {
    communityId: community_id,
    entityId: row?.entity_id,
  });
  if (typeof standing === "string") return { refused: standing };
  return row ? { db, row, standing } : { refused: "foreign" };
}

async function shownAll(c: Context<ApiBindings>, rows: readonly TimerRow[]) {
  const statuses = await askChannels(
    c.env,
    rows.map(({ entity_id }) => entity_id),
  );
  return rows.map((row) => toShown(row, statuses.get(row.id), Date.now()));
}
