import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { commandPrefix } from "#contracts/command";
import { failures, jsonBody, ok } from "#workers/api/answers";
import { commandPatch, newCommand, shownCommand } from "#workers/api/router/command-schemas";
import { entityIdField, flag, limitText, line, rowIdText } from "#workers/api/router/fields";

const tags = ["commands"];
const params = z.strictObject({ id: rowIdText });
const changed = z.object({ command: shownCommand });
const withSecret = changed.extend({
  signing_secret: z
    .string()
    .nullable()
    .describe("Of a webhook that is new here; what its calls are signed with"),
});

export const list = createRoute({
  method: "get",
  path: "/commands",
  tags,
  summary: "The commands as a community or a channel has them; its own rows win over the house's",
  request: {
    query: z.strictObject({
      prefix: commandPrefix.optional(),
      entity_id: entityIdField.optional(),
      platform: line(32).optional(),
      module_type: z.enum(["internal", "community"]).optional(),
      is_active: flag.optional(),
      community_id: rowIdText.optional(),
      category: line(64).optional(),
      enabled_only: flag.default(true).describe("Without meaning where is_active is given"),
      limit: limitText(1000, 500),
    }),
  },
  responses: {
    200: ok(z.object({ commands: z.array(shownCommand), count: z.int() })),
    ...failures(400, 401, 403, 404),
  },
});

export const create = createRoute({
  method: "post",
  path: "/commands",
  tags,
  summary:
    "A community's own command; the same again changes nothing. A webhook's signing secret is shown this one time",
  request: { body: jsonBody(newCommand) },
  responses: {
    201: ok(withSecret, "Made"),
    200: ok(changed, "It was there already, just so"),
    ...failures(400, 401, 403, 404, 409, 413, 415),
  },
});

export const update = createRoute({
  method: "put",
  path: "/commands/{id}",
  tags,
  summary: "Change some fields of a community's own command",
  request: { params, body: jsonBody(commandPatch) },
  responses: { 200: ok(withSecret), ...failures(400, 401, 403, 404, 413, 415) },
});

export const permit = createRoute({
  method: "put",
  path: "/commands/{id}/permissions",
  tags,
  summary: "Switch a command on or off in one channel",
  request: { params, body: jsonBody(z.strictObject({ entity_id: entityIdField, is_enabled: z.boolean() })) },
  responses: {
    200: ok(z.object({ command_id: z.int(), entity_id: z.string(), is_enabled: z.boolean() })),
    ...failures(400, 401, 403, 404, 413, 415),
  },
});

export const remove = createRoute({
  method: "delete",
  path: "/commands/{id}",
  tags,
  summary: "Remove a community's own command; the house's, if there is one, answers again",
  request: { params },
  responses: { 200: ok(z.object({ id: z.int() })), ...failures(400, 401, 403, 404) },
});
