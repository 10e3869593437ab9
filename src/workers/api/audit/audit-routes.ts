import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { withLimit } from "#workers/api/access/limit";
import { failures, ok } from "#workers/api/answers";
import { auditEntry } from "#workers/api/audit/audit-store";
import { community, nextCursor } from "#workers/api/communities/community-routes";
import { limitText, line, moment, rowIdText } from "#workers/api/router/fields";

const tags = ["audit"];
const usual = failures(400, 401, 403, 404, 429);
const filter = {
  action: line(100).optional().describe("The beginning of an action, like `role`"),
  actor: line(200).optional().describe("A key's or a person's id, or part of a person's name"),
  resource_id: line(1024).optional(),
  from: moment.optional(),
  to: moment.optional(),
  cursor: z
    .string()
    .regex(/^\d{1,18}$/, "is no cursor")
    .optional(),
  limit: limitText(200, 50),
};
const page = ok(z.object({ entries: z.array(auditEntry), next_cursor: nextCursor }));
const chain = ok(
  z.object({
    rows: z.int(),
    is_whole: z.boolean(),
    first_broken_id: z.int().nullable(),
    checked_at: z.string(),
  }),
);

export const list = createRoute({
  method: "get",
  path: "/communities/{community_id}/audit",
  tags,
  summary: "What was changed in a community, by whom, newest first; for its admins",
  request: { params: community, query: z.strictObject(filter) },
  responses: { 200: page, ...usual },
});

export const verify = createRoute({
  method: "get",
  path: "/communities/{community_id}/audit/chain",
  tags,
  summary: "Whether no row of the audit log was removed or changed; it is one chain for the whole house",
  middleware: withLimit({ perMinute: 10 }),
  request: { params: community },
  responses: { 200: chain, ...usual },
});

export const listAll = createRoute({
  method: "get",
  path: "/superadmin/audit",
  tags,
  summary: "What was changed anywhere, newest first",
  request: { query: z.strictObject({ ...filter, community_id: rowIdText.optional() }) },
  responses: { 200: page, ...usual },
});

export const verifyAll = createRoute({
  method: "get",
  path: "/superadmin/audit/chain",
  tags,
  summary: "Whether no row of the audit log was removed or changed",
  middleware: withLimit({ perMinute: 10 }),
  responses: { 200: chain, ...usual },
});
