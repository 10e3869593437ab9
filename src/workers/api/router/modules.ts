import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { openCommunityDatabase } from "#db/client";
import { manifests } from "#modules/manifests";
import { auditActor } from "#workers/api/access/caller";
import { failures, jsonBody, ok } from "#workers/api/answers";
import { configPermissions } from "#workers/api/configuration/permissions";
import { makeRoutes } from "#workers/api/make-routes";
import { bumpChannels } from "#workers/api/router/bump-channels";
import { refuseCommunity, whyNotIn } from "#workers/api/router/communities";
import { line, rowIdText } from "#workers/api/router/fields";
import { describeModule, moduleDocs } from "#workers/api/router/module-docs";
import { listModules, setModule } from "#workers/api/router/module-store";
import { failure, problemsOf, success } from "#workers/shared/envelope";

const tags = ["modules"];
const settings = z.record(line(64), z.unknown());

const shownModule = z.object({
  module: z.string(),
  title: z.string(),
  version: z.string().nullable(),
  module_type: z.enum(["core", "community"]),
  is_enabled: z.boolean(),
  settings,
  ...moduleDocs,
});

const list = createRoute({
  method: "get",
  path: "/communities/{id}/modules",
  tags,
  summary: "Our own modules and those the community has installed, with whether they are on",
  request: { params: z.strictObject({ id: rowIdText }) },
  responses: {
    200: ok(z.object({ modules: z.array(shownModule), count: z.int() })),
    ...failures(400, 401, 403, 404),
  },
});

const change = createRoute({
  method: "put",
  path: "/communities/{id}/modules/{name}",
  tags,
  summary: "Switch a module on or off, or set its settings; what is not named stays as it is",
  request: {
    params: z.strictObject({ id: rowIdText, name: line(64) }),
    body: jsonBody(
      z
        .strictObject({
          is_enabled: z.boolean().optional(),
          settings: settings
            .refine((given) => JSON.stringify(given).length <= 16_384, "At most 16,384 characters of JSON")
            .optional(),
        })
        .refine((patch) => Object.keys(patch).length > 0, "changes nothing"),
    ),
  },
  responses: {
    200: ok(shownModule.pick({ module: true, is_enabled: true, settings: true })),
    ...failures(400, 401, 403, 404, 413, 415),
  },
});

const none = "There is no such community.";

/** Which modules a community has (10-router §1.7). */
export function moduleRoutes() {
  return makeRoutes()
    .openapi(list, async (c) => {
      const { id } = c.req.valid("param");
      const why = await whyNotIn(c, id, "commands.moderate");
      if (why) return refuseCommunity(c, why);
      const found = await listModules(openCommunityDatabase(c.env, id), id);
      if (!found) return failure(c, 404, none);
      const states = new Map(found.states.map((state) => [state.module, state]));
      const stateOf = (name: string) => ({
        is_enabled: states.get(name)?.is_enabled ?? true,
        settings: states.get(name)?.settings ?? {},
      });
      const modules = [
        ...manifests.map((manifest) => {
          const { name, title, version } = manifest;
          const own = { module: name, title, version, module_type: "core" as const };
          return { ...own, ...stateOf(name), ...describeModule(manifest) };
        }),
        ...found.installed.map((name) => {
          return {
            module: name,
            title: name,
            version: null,
            module_type: "community" as const,
            ...stateOf(name),
            ...describeModule(undefined),
          };
        }),
      ];
      return success(c, { modules, count: modules.length });
    })
    .openapi(change, async (c) => {
      const { id, name } = c.req.valid("param");
      const patch = c.req.valid("json");
      const db = openCommunityDatabase(c.env, id);
      const why = await whyNotIn(c, id, configPermissions.module);
      if (why) return refuseCommunity(c, why);
      const found = await listModules(db, id);
      if (!found) return failure(c, 404, none);
      const manifest = manifests.find((one) => one.name === name);
      if (!manifest && !found.installed.includes(name)) return failure(c, 404, "There is no such module.");
      const checked =
        manifest && patch.settings ? manifest.settings.strict().safeParse(patch.settings) : undefined;
      if (checked && !checked.success) {
        const details = problemsOf(checked.error).map(({ field, message }) => {
          return { field: field === "(body)" ? "settings" : `settings.${field}`, message };
        });
        return failure(c, 400, "The settings do not fit this module.", details);
      }
      const wish = { communityId: id, module: name, isEnabled: patch.is_enabled, settings: patch.settings };
      const changed = await setModule(db, wish, await auditActor(c));
      if (!changed) return failure(c, 404, none);
      await bumpChannels(c.env, changed);
      return success(c, changed.state);
    });
}
