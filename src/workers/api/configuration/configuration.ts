import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { configKind, diffStates } from "#contracts/config-version";
import { globalCommunityId } from "#db/rbac";
import { auditActor } from "#workers/api/access/caller";
import { failures, jsonBody, ok } from "#workers/api/answers";
import { community } from "#workers/api/communities/community-routes";
import { enter, turnAway } from "#workers/api/communities/place";
import { applyChanges } from "#workers/api/configuration/apply-changes";
import { changeKindOf, type ObjectChange } from "#workers/api/configuration/change-statements";
import { configurationFile } from "#workers/api/configuration/configuration-file";
import { exportConfiguration } from "#workers/api/configuration/export-configuration";
import { makerOf } from "#workers/api/configuration/maker-of";
import { planImport, withNewIds } from "#workers/api/configuration/plan-import";
import { readConfiguration, takeCommandIds } from "#workers/api/configuration/state-store";
import { tellOfChanges } from "#workers/api/configuration/tell-of-changes";
import { addVersionRoutes } from "#workers/api/configuration/versions";
import { makeRoutes } from "#workers/api/make-routes";
import { flag } from "#workers/api/router/fields";
import { requireRole } from "#workers/api/with-principal";
import { failure, success } from "#workers/shared/envelope";

const tags = ["configuration"];
const usual = failures(400, 401, 403, 404, 429);
const path = "/{community_id}/configuration";

const exporting = createRoute({
  method: "get",
  path,
  tags,
  summary: "The community's configuration as one file, for admins: without people, figures, tokens and keys",
  request: { params: community },
  responses: {
    200: ok(z.object({ file: z.unknown(), config_version: z.int() })),
    ...usual,
  },
});

const plannedChange = z.object({
  kind: configKind,
  how: z.enum(["insert", "update", "remove"]),
  before: z.record(z.string(), z.unknown()).nullable(),
  after: z.record(z.string(), z.unknown()).nullable(),
  changes: z.array(z.object({ field: z.string(), before: z.unknown(), after: z.unknown() })),
});

const importing = createRoute({
  method: "put",
  path,
  tags,
  summary:
    "Make the community be as a file says. With `dry` nothing happens and the answer is what would; else all of it or nothing",
  request: {
    params: community,
    query: z.strictObject({
      dry: flag.default(false),
      seen: z.coerce
        .number()
        .int()
        .min(1)
        .max(2_147_483_647)
        .optional()
        .describe("The config_version of the dry run; refused when the configuration changed since"),
    }),
    body: jsonBody(configurationFile),
  },
  responses: {
    200: ok(
      z.object({
        applied: z.boolean(),
        count: z.int(),
        config_version: z.int(),
        planned: z.array(plannedChange),
      }),
    ),
    ...usual,
    ...failures(409, 412, 413, 415),
  },
});

const meanwhile = "The configuration changed meanwhile. Please look at what would change once more.";
const full = "With this file the community would have more commands, rules, timers or webhooks than it may.";

/** A community's configuration as a whole: its versions, and as a file (docs/decisions). */
export function configurationRoutes() {
  const routes = makeRoutes();
  for (const under of ["versions", "versions/*", "configuration"])
    routes.use(`/:community_id/${under}`, requireRole("core", "admin", "super-admin", "user"));
  addVersionRoutes(routes);

  routes.openapi(exporting, async (c) => {
    const { community_id: communityId } = c.req.valid("param");
    const entered = await enter(c, communityId, "community.manage_settings");
    if (typeof entered === "string") return turnAway(c, entered, "admins");
    const now = await readConfiguration(entered.db, communityId);
    const file = exportConfiguration(now, new Date().toISOString());
    return success(c, { file, config_version: now.configVersion });
  });

  routes.openapi(importing, async (c) => {
    const { community_id: communityId } = c.req.valid("param");
    const { dry, seen } = c.req.valid("query");
    const file = c.req.valid("json");
    const entered = await enter(c, communityId, "community.manage_settings");
    if (typeof entered === "string") return turnAway(c, entered, "admins");
    const { db } = entered;
    const now = await readConfiguration(db, communityId);
    const plan = planImport(file, now);
    if (!plan.ok) return failure(c, 400, "The file is not valid.", plan.problems);
    if (communityId === globalCommunityId && plan.changes.some(({ kind }) => kind === "community"))
      return failure(c, 409, "The global community keeps its profile.");
    const { changes } = plan;
    const planned = { count: changes.length, planned: changes.map(toPlanned) };
    if (dry) return success(c, { applied: false, config_version: now.configVersion, ...planned });
    if (seen !== undefined && seen !== now.configVersion) return failure(c, 412, meanwhile);
    if (changes.length === 0)
      return success(c, { applied: true, config_version: now.configVersion, ...planned });
    const by = await auditActor(c);
    const newCommands = changes.filter(({ kind, before }) => kind === "command" && before === null);
    const numbered = withNewIds(changes, await takeCommandIds(db, newCommands.length));
    const maker = makerOf(entered, by);
    const done = await applyChanges(db, { communityId, changes: numbered, origin: "import", maker, by });
    if (done === "conflict") return failure(c, 409, meanwhile);
    if (done === "full") return failure(c, 409, full);
    await tellOfChanges(c, done, numbered);
    return success(c, { applied: true, config_version: done.version, ...planned });
  });
  return routes;
}

function toPlanned(change: ObjectChange) {
  const { kind, before, after } = change;
  return { kind, how: changeKindOf(change), before, after, changes: diffStates(before, after) };
}
