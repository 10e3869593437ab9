import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { role } from "#contracts/role";
import { isPermission } from "#router/permissions";
import { failures, jsonBody, ok } from "#workers/api/answers";

/** Pairs, people or assignments in one request (10-router §1.4). */
export const mostItems = 1000;
const tags = ["rbac"];
const userKey = z
  .string()
  .max(300)
  .regex(/^[a-z][a-z0-9-]{0,31}:[^\p{Cc}\p{Cs}:]+$/u, "must be platform:user id");
const communityId = z.int().min(1).max(2_147_483_647);
const entityId = z
  .string()
  .min(3)
  .max(1024)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u, "must be a channel's id");
/** `user` is the older briefs' word for a member (90-decisions C-06). */
const givenRole = z.union([role, z.literal("user").transform(() => "member" as const)]);
const permission = z.string().max(64).refine(isPermission, "is no permission");

const place = { user_key: userKey, community_id: communityId.optional(), entity_id: entityId.optional() };
const needsPlace = {
  check: (item: { community_id?: number | undefined; entity_id?: string | undefined }) =>
    item.community_id !== undefined || item.entity_id !== undefined,
  message: { path: ["community_id"], message: "community_id or entity_id is needed" },
};

const checkItem = z.strictObject({ ...place, permission }).refine(needsPlace.check, needsPlace.message);
const assignItem = z
  .strictObject({ ...place, role: givenRole.nullable().describe("null takes the assignment away") })
  .refine(needsPlace.check, needsPlace.message);
const userKeys = z.array(userKey).min(1).max(mostItems);

const wrong = failures(400, 401, 403, 404, 413, 415, 429);

export const checkPermissions = createRoute({
  method: "post",
  path: "/permissions/check",
  tags,
  summary: "Whether people may do something, up to 1,000 questions at once",
  request: { body: jsonBody(z.strictObject({ checks: z.array(checkItem).min(1).max(mostItems) })) },
  responses: {
    200: ok(
      z.object({
        results: z.array(
          z.object({
            user_key: z.string(),
            permission: z.string(),
            allowed: z.boolean(),
            role,
            because: z.string(),
          }),
        ),
      }),
    ),
    ...wrong,
  },
});

export const assign = createRoute({
  method: "post",
  path: "/roles/assign",
  tags,
  summary: "Give and take roles in communities and channels: all of them or none",
  request: { body: jsonBody(z.strictObject({ assignments: z.array(assignItem).min(1).max(mostItems) })) },
  responses: {
    200: ok(z.object({ assigned: z.int(), channels_told: z.int() })),
    ...wrong,
    ...failures(409),
  },
});

export const listRoles = createRoute({
  method: "post",
  path: "/roles/list",
  tags,
  summary: "Every role of these people, of one community or of all",
  request: {
    body: jsonBody(z.strictObject({ user_keys: userKeys, community_id: communityId.optional() })),
  },
  responses: {
    200: ok(
      z.object({
        users: z.array(
          z.object({
            user_key: z.string(),
            roles: z.array(z.object({ community_id: z.int(), entity_id: z.string().nullable(), role })),
          }),
        ),
      }),
    ),
    ...wrong,
  },
});

export const ensureGlobal = createRoute({
  method: "post",
  path: "/global-members",
  tags,
  summary: "Make people members of the global community, if they are not yet",
  request: { body: jsonBody(z.strictObject({ user_keys: userKeys })) },
  responses: { 200: ok(z.object({ joined: z.int(), already_members: z.int() })), ...wrong },
});

export const leave = createRoute({
  method: "post",
  path: "/communities/{community_id}/leave",
  tags,
  summary: "End a membership; nobody leaves the global community",
  request: {
    params: z.strictObject({ community_id: z.coerce.number().pipe(communityId) }),
    body: jsonBody(z.strictObject({ user_key: userKey })),
  },
  responses: {
    200: ok(z.object({ community_id: z.int(), user_key: z.string() })),
    ...wrong,
    ...failures(409),
  },
});
