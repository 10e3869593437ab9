import { openDatabase } from "#db/client";
import { sha256Hex } from "#lib/sha256";
import { auditActor } from "#workers/api/access/caller";
import { randomText } from "#workers/api/connections/random-text";
import * as routesOf from "#workers/api/identity/merge-routes";
import { findOffer, listMerges, mergePeople, offerMerge, undoMerge } from "#workers/api/identity/merge-store";
import { personOf } from "#workers/api/identity/person-of";
import type { makeRoutes } from "#workers/api/make-routes";
import { created, failure, success } from "#workers/shared/envelope";

const noOffer = "This code is not valid any more. Ask for a new one in the other account.";
const unfit =
  "These two cannot be joined: an account cannot be joined with itself, nor while it is part of another joining, nor one that runs this house.";
const lockedOut =
  "One of both would be left without a way to sign in. Link another account or set a password first.";

/**
 * Joining two people and undoing it. Both sides are proven by a whole session each, second factor included: the code is
 * made in one and used in the other.
 */
export function addMergeRoutes(routes: ReturnType<typeof makeRoutes>): void {
  routes.openapi(routesOf.offer, async (c) => {
    if (c.var.session?.person.isSuperAdmin) return failure(c, 409, unfit);
    const code = randomText();
    const offer = { userId: personOf(c), codeHash: await sha256Hex(code) };
    const expiresAt = await offerMerge(openDatabase(c.env), offer, await auditActor(c));
    c.header("cache-control", "no-store");
    return created(c, { code, expires_at: expiresAt });
  });

  routes.openapi(routesOf.preview, async (c) => {
    const code = c.req.valid("header")["x-merge-code"];
    const found = await findOffer(openDatabase(c.env), await sha256Hex(code));
    c.header("cache-control", "no-store");
    return found ? success(c, found) : failure(c, 404, noOffer);
  });

  routes.openapi(routesOf.merge, async (c) => {
    const { code } = c.req.valid("json");
    const wanted = { userId: personOf(c), codeHash: await sha256Hex(code) };
    if (c.var.session?.person.isSuperAdmin) return failure(c, 409, unfit);
    const done = await mergePeople(openDatabase(c.env), wanted, await auditActor(c));
    if (done.kind === "merged") return created(c, done.merge);
    return done.kind === "unfit" ? failure(c, 409, unfit) : failure(c, 404, noOffer);
  });

  routes.openapi(routesOf.list, async (c) =>
    success(c, { merges: await listMerges(openDatabase(c.env), personOf(c)) }),
  );

  routes.openapi(routesOf.undo, async (c) => {
    const { id } = c.req.valid("param");
    const wanted = { userId: personOf(c), id, sessionId: c.var.session?.id ?? "" };
    const done = await undoMerge(openDatabase(c.env), wanted, await auditActor(c));
    if (done === "missing") return failure(c, 404, "There is no such joining, or it was undone.");
    if (done === "locked_out") return failure(c, 409, lockedOut);
    return success(c, { undone: true as const });
  });
}
