import { type Database, openDatabase } from "#db/client";
import { beginDeletion, findReceipt, finishDeletion } from "#db/personal/delete-person";
import { exportPerson } from "#db/personal/export-person";
import { changeProfile, findProfile } from "#db/profile";
import { findAccounts } from "#db/rbac";
import { auditActor } from "#workers/api/access/caller";
import { personOf } from "#workers/api/identity/person-of";
import * as routesOf from "#workers/api/identity/self-routes";
import type { makeRoutes } from "#workers/api/make-routes";
import { clearSessionCookie } from "#workers/api/session/session-cookie";
import { failure, success } from "#workers/shared/envelope";
import { personalObjectsOf } from "#workers/shared/personal-objects";

const nobody = "There is no such person.";

/** What somebody does with themselves: their profile, a copy of everything, and the end of it. */
export function addSelfRoutes(routes: ReturnType<typeof makeRoutes>): void {
  routes.openapi(routesOf.profile, async (c) => {
    const found = await findProfile(openDatabase(c.env), personOf(c));
    return found ? success(c, found) : failure(c, 404, nobody);
  });

  routes.openapi(routesOf.change, async (c) => {
    const wanted = { userId: personOf(c), change: c.req.valid("json") };
    const changed = await changeProfile(openDatabase(c.env), wanted, await auditActor(c));
    return changed ? success(c, changed) : failure(c, 404, nobody);
  });

  routes.openapi(routesOf.exported, async (c) => {
    // A key that was lost must not carry a whole life away.
    if (!c.var.session) return failure(c, 403, "This needs somebody who is signed in to the hub.");
    const db = openDatabase(c.env);
    const user = await findProfile(db, personOf(c));
    if (!user) return failure(c, 404, nobody);
    c.header("cache-control", "no-store");
    return success(c, { user, ...(await exportPerson(db, await scopeOf(db, user.id))) });
  });

  routes.openapi(routesOf.remove, async (c) => {
    const db = openDatabase(c.env);
    const user = await findProfile(db, personOf(c));
    if (!user) return failure(c, 404, nobody);
    if (c.req.valid("json").display_name.trim() !== user.display_name.trim())
      return failure(c, 400, "This is not your name as it stands in your profile.");
    if (c.var.session?.person.isSuperAdmin)
      return failure(c, 409, "Whoever runs this house is not deleted from a page. Give that up first.");
    const begun = await beginDeletion(db, user.id, await auditActor(c));
    if (begun.kind === "owner")
      return failure(
        c,
        409,
        `You are the only owner of ${begun.communities.join(", ")}. Hand it over or delete it first.`,
      );
    if (begun.kind === "missing") return failure(c, 404, nobody);
    clearSessionCookie(c);
    try {
      await finishDeletion(db, begun.id, personalObjectsOf(c.env));
    } catch {
      // The clock does what is left; the receipt says how far it has come.
    }
    const receipt = await findReceipt(db, begun.id);
    c.header("cache-control", "no-store");
    return receipt ? success(c, receipt) : failure(c, 404, nobody);
  });
}

async function scopeOf(db: Database, userId: number) {
  return { userIds: [userId], userKeys: await findAccounts(db, userId) };
}
