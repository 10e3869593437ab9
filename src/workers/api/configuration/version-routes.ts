import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { configKind } from "#contracts/config-version";
import { failures, ok } from "#workers/api/answers";
import { community, nextCursor } from "#workers/api/communities/community-routes";
import { shownVersion } from "#workers/api/configuration/version-store";
import { limitText, line } from "#workers/api/router/fields";

const tags = ["configuration"];
const usual = failures(400, 401, 403, 404, 429);
const versionId = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
const base = "/{community_id}/versions";

export const list = createRoute({
  method: "get",
  path: base,
  tags,
  summary: "Every change of a community's configuration, the newest first; for moderators and above",
  request: {
    params: community,
    query: z.strictObject({
      kind: configKind.optional(),
      object_id: line(1200).optional(),
      cursor: versionId.optional(),
      limit: limitText(100, 50),
    }),
  },
  responses: {
    200: ok(z.object({ versions: z.array(shownVersion), count: z.int(), next_cursor: nextCursor })),
    ...usual,
  },
});

export const get = createRoute({
  method: "get",
  path: `${base}/{version_id}`,
  tags,
  summary: "One change, with what it was before and after",
  request: { params: community.extend({ version_id: versionId }) },
  responses: { 200: ok(z.object({ version: shownVersion })), ...usual },
});

export const undo = createRoute({
  method: "post",
  path: `${base}/{version_id}/undo`,
  tags,
  summary: "Take one change back, which is a new change; refused when the object changed since",
  request: { params: community.extend({ version_id: versionId }) },
  responses: { 200: ok(z.object({ version: shownVersion })), ...usual, ...failures(409) },
});
