import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { type ConfigKind, configKind } from "#contracts/config-version";
import { manifests } from "#modules/manifests";
import { auditActor } from "#workers/api/access/caller";
import type { ApiBindings } from "#workers/api/bindings";
import { type Entered, enter, turnAway } from "#workers/api/communities/place";
import { applyChanges } from "#workers/api/configuration/apply-changes";
import type { ObjectChange } from "#workers/api/configuration/change-statements";
import { makerOf } from "#workers/api/configuration/maker-of";
import { configPermissions } from "#workers/api/configuration/permissions";
import { tellOfChanges } from "#workers/api/configuration/tell-of-changes";
import { get, list, undo } from "#workers/api/configuration/version-routes";
import { findVersion, listVersions } from "#workers/api/configuration/version-store";
import { standIn } from "#workers/api/rbac/stand-in";
import { failure, success } from "#workers/shared/envelope";

const none = "There is no such version.";
const changedSince =
  "This has changed since, so it cannot be taken back any more. Please look at its newer changes first.";
const full = "The community has as many of these as it may; something else has to go first.";
const noFit = "These settings no longer fit the module.";

/** What changed, and taking it back. Each kind is seen and taken back by those who may change it. */
export function addVersionRoutes(routes: OpenAPIHono<ApiBindings>): void {
  routes.openapi(list, async (c) => {
    const { community_id: communityId } = c.req.valid("param");
    const { kind, object_id: objectId, cursor, limit } = c.req.valid("query");
    const entered = await enter(c, communityId, "commands.moderate");
    if (typeof entered === "string") return turnAway(c, entered);
    const seen = await kindsFor(c, entered, communityId);
    const kinds = seen.filter((one) => kind === undefined || one === kind);
    const versions = await listVersions(entered.db, { communityId, kinds, objectId, before: cursor, limit });
    const last = versions.length === limit ? versions.at(-1) : undefined;
    return success(c, { versions, count: versions.length, next_cursor: last ? String(last.id) : null });
  });

  routes.openapi(get, async (c) => {
    const { community_id: communityId, version_id: id } = c.req.valid("param");
    const entered = await enter(c, communityId, "commands.moderate");
    if (typeof entered === "string") return turnAway(c, entered);
    const version = await findVersion(entered.db, communityId, id);
    const isSeen = version && (await kindsFor(c, entered, communityId)).includes(version.kind);
    return isSeen ? success(c, { version }) : failure(c, 404, none);
  });

  routes.openapi(undo, async (c) => {
    const { community_id: communityId, version_id: id } = c.req.valid("param");
    const entered = await enter(c, communityId, "commands.moderate");
    if (typeof entered === "string") return turnAway(c, entered);
    const version = await findVersion(entered.db, communityId, id);
    if (!version || !(await kindsFor(c, entered, communityId)).includes(version.kind))
      return failure(c, 404, none);
    const standing = await standIn(c, entered.db, configPermissions[version.kind], { communityId });
    if (typeof standing === "string") return failure(c, 403, "You may not change this, nor take it back.");
    const change: ObjectChange = { kind: version.kind, before: version.after, after: version.before };
    if (!fitsModule(change)) return failure(c, 409, noFit);
    const by = await auditActor(c);
    const done = await applyChanges(entered.db, {
      communityId,
      changes: [change],
      origin: "undo",
      undoes: id,
      maker: makerOf(standing, by),
      by,
    });
    if (done === "conflict") return failure(c, 409, changedSince);
    if (done === "full") return failure(c, 409, full);
    await tellOfChanges(c, done, [change]);
    const [made] = await listVersions(entered.db, { communityId, kinds: [version.kind], limit: 1 });
    return made ? success(c, { version: made }) : failure(c, 404, none);
  });
}

/** Addresses of webhooks may be capabilities: whoever may not keep webhooks does not see theirs. */
async function kindsFor(
  c: Context<ApiBindings>,
  { db }: Entered,
  communityId: number,
): Promise<readonly ConfigKind[]> {
  const standing = await standIn(c, db, configPermissions.outgoing_webhook, { communityId });
  return typeof standing === "string"
    ? configKind.options.filter((kind) => kind !== "outgoing_webhook")
    : configKind.options;
}

function fitsModule({ kind, after }: ObjectChange): boolean {
  const manifest = kind === "module" && manifests.find(({ name }) => name === after?.["module"]);
  return !manifest || manifest.settings.strict().safeParse(after?.["settings"]).success;
}
