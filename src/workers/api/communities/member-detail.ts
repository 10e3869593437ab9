import type { OpenAPIHono } from "@hono/zod-openapi";
import { findMember, findMemberPages } from "#db/communities/member-store";
import { auditActor } from "#workers/api/access/caller";
import type { ApiBindings } from "#workers/api/bindings";
import { detail, pages, removeNote, writeNote } from "#workers/api/communities/member-routes";
import {
  createNote,
  deleteNote,
  listIdentities,
  listNotes,
  notesPerMember,
} from "#workers/api/communities/note-store";
import { enter, turnAway } from "#workers/api/communities/place";
import { created, failure, success } from "#workers/shared/envelope";

const nobody = "This person is no member there.";
const full = `There are ${notesPerMember} notes about this person already.`;

/** What moderators see of one person, and the index of all of them. */
export function addMemberDetailRoutes(routes: OpenAPIHono<ApiBindings>): void {
  routes.openapi(pages, async (c) => {
    const { community_id: communityId } = c.req.valid("param");
    const entered = await enter(c, communityId, "community.add_user");
    if (typeof entered === "string") return turnAway(c, entered);
    return success(c, await findMemberPages(entered.db, { communityId, ...c.req.valid("query") }));
  });

  routes.openapi(detail, async (c) => {
    const { community_id: communityId, user_key: userKey } = c.req.valid("param");
    const entered = await enter(c, communityId, "community.add_user");
    if (typeof entered === "string") return turnAway(c, entered);
    const { db } = entered;
    const [member, identities, notes] = await Promise.all([
      findMember(db, communityId, userKey),
      listIdentities(db, userKey),
      listNotes(db, { communityId, userKey }),
    ]);
    return member ? success(c, { member, identities, notes }) : failure(c, 404, nobody);
  });

  routes.openapi(writeNote, async (c) => {
    const { community_id: communityId, user_key: userKey } = c.req.valid("param");
    const entered = await enter(c, communityId, "community.add_user");
    if (typeof entered === "string") return turnAway(c, entered);
    if (!(await findMember(entered.db, communityId, userKey))) return failure(c, 404, nobody);
    const to = { communityId, userKey, by: await auditActor(c) };
    const note = await createNote(entered.db, c.req.valid("json").text, to);
    return note ? created(c, { note }) : failure(c, 409, full);
  });

  routes.openapi(removeNote, async (c) => {
    const { community_id: communityId, user_key: userKey, note_id: id } = c.req.valid("param");
    const entered = await enter(c, communityId, "community.add_user");
    if (typeof entered === "string") return turnAway(c, entered);
    const isGone = await deleteNote(entered.db, id, { communityId, userKey, by: await auditActor(c) });
    return isGone ? success(c, { id }) : failure(c, 404, "There is no such note.");
  });
}
