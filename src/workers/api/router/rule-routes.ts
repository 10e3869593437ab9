import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { failures, jsonBody, ok } from "#workers/api/answers";
import { entityIdField, flag, limitText, rowIdText } from "#workers/api/router/fields";
import { ruleStatistics } from "#workers/api/router/rule-figures";
import { newRule, rulePatch, shownRule } from "#workers/api/router/rule-schemas";

const tags = ["string rules"];
const params = z.strictObject({ id: rowIdText });
const one = z.object({ rule: shownRule });
const page = {
  community_id: rowIdText.optional(),
  after: z.coerce
    .number()
    .int()
    .min(0)
    .max(2_147_483_647)
    .default(0)
    .describe("The last id of the page before"),
  limit: limitText(500, 200),
};

export const list = createRoute({
  method: "get",
  path: "/string-rules",
  tags,
  summary: "Rules with their hits, by id",
  request: {
    query: z.strictObject({ ...page, entity_id: entityIdField.optional(), is_active: flag.optional() }),
  },
  responses: {
    200: ok(z.object({ rules: z.array(shownRule), count: z.int() })),
    ...failures(400, 401, 403, 404),
  },
});

export const statistics = createRoute({
  method: "get",
  path: "/string-rules/stats",
  tags,
  summary: "How many rules there are and how often they hit",
  request: { query: z.strictObject({ community_id: rowIdText.optional() }) },
  responses: {
    200: ok(
      ruleStatistics.extend({
        compiled_regex_cache_size: z
          .int()
          .describe("Of the isolate that answers; channels compile in their own"),
      }),
    ),
    ...failures(400, 401, 403, 404),
  },
});

export const shadows = createRoute({
  method: "get",
  path: "/string-rules/would-have-hit",
  tags,
  summary: "Rules in shadow mode, with how often they would have hit and on what last",
  request: { query: z.strictObject(page) },
  responses: {
    200: ok(
      z.object({
        would_have_hit: z.array(
          shownRule.pick({
            id: true,
            string: true,
            action: true,
            is_active: true,
            shadow_count: true,
            last_shadow_text: true,
          }),
        ),
        count: z.int(),
      }),
    ),
    ...failures(400, 401, 403, 404),
  },
});

export const create = createRoute({
  method: "post",
  path: "/string-rules",
  tags,
  summary: "A new rule of a community",
  request: { body: jsonBody(newRule) },
  responses: { 201: ok(one, "Made"), ...failures(400, 401, 403, 404, 409, 413, 415) },
});

export const update = createRoute({
  method: "put",
  path: "/string-rules/{id}",
  tags,
  summary: "Change some fields of a rule",
  request: { params, body: jsonBody(rulePatch) },
  responses: { 200: ok(one), ...failures(400, 401, 403, 404, 409, 413, 415) },
});

export const remove = createRoute({
  method: "delete",
  path: "/string-rules/{id}",
  tags,
  summary: "Switch a rule off; its row and its figures stay",
  request: { params },
  responses: {
    200: ok(z.object({ id: z.int(), is_active: z.literal(false) })),
    ...failures(400, 401, 403, 404),
  },
});
