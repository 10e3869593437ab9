import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { failures, jsonBody } from "#workers/api/answers";
import {
  adminChange,
  auditQuery,
  auditRow,
  deactivation,
  flat,
  listedAdmin,
  listQuery,
  newAdmin,
  regeneration,
  userParams,
  wholeAdmin,
} from "#workers/api/broker/schemas";

const tags = ["broker"];
const security = [{ BrokerKey: [] }];
const message = z.string();
const optionalBody = <S extends z.ZodType>(schema: S) => ({
  required: false,
  content: { "application/json": { schema } },
});

export const createSuperAdmin = createRoute({
  method: "post",
  path: "/super-admins",
  tags,
  security,
  summary: "Make a super admin; the answer is the only place that ever shows the key",
  request: { body: jsonBody(newAdmin) },
  responses: {
    201: flat(
      {
        user_id: z.number(),
        username: z.string(),
        email: z.string(),
        kong_consumer_id: z.string(),
        api_key: z.string().length(64),
        permissions: z.array(z.string()),
        groups: z.array(z.string()),
        message,
      },
      "Made",
    ),
    ...failures(400, 401, 403, 409, 413, 415, 429),
  },
});

export const listSuperAdmins = createRoute({
  method: "get",
  path: "/super-admins",
  tags,
  security,
  summary: "The super admins, without the inactive ones unless asked for",
  request: { query: listQuery },
  responses: {
    200: flat({ super_admins: z.array(listedAdmin), count: z.number() }),
    ...failures(400, 401, 403, 429),
  },
});

export const getSuperAdmin = createRoute({
  method: "get",
  path: "/super-admins/{username}",
  tags,
  security,
  summary: "One active super admin, the key covered",
  request: { params: userParams },
  responses: { 200: flat({ super_admin: wholeAdmin }), ...failures(400, 401, 403, 404, 429) },
});

export const updateSuperAdmin = createRoute({
  method: "put",
  path: "/super-admins/{username}",
  tags,
  security,
  summary: "Change a super admin; name and key cannot be changed here",
  request: { params: userParams, body: jsonBody(adminChange) },
  responses: {
    200: flat({
      username: z.string(),
      changes: z.record(z.string(), z.object({ old: z.unknown(), new: z.unknown() })),
      message,
    }),
    ...failures(400, 401, 403, 404, 409, 413, 415, 429),
  },
});

export const deactivateSuperAdmin = createRoute({
  method: "post",
  path: "/super-admins/{username}/deactivate",
  tags,
  security,
  summary: "Stop a super admin and the key at once; the record stays",
  request: { params: userParams, body: optionalBody(deactivation) },
  responses: {
    200: flat({ username: z.string(), message }),
    ...failures(400, 401, 403, 404, 413, 415, 429),
  },
});

export const regenerateKey = createRoute({
  method: "post",
  path: "/super-admins/{username}/regenerate-key",
  tags,
  security,
  summary: "Give a super admin a new key; the old one stops at once",
  request: { params: userParams, body: optionalBody(regeneration) },
  responses: {
    200: flat({ username: z.string(), api_key: z.string().length(64), message }),
    ...failures(400, 401, 403, 404, 413, 415, 429),
  },
});

export const readAuditLog = createRoute({
  method: "get",
  path: "/audit-log",
  tags,
  security,
  summary: "What was done through the broker, newest first, 1000 rows at most",
  request: { query: auditQuery },
  responses: {
    200: flat({ audit_log: z.array(auditRow), count: z.number(), limit: z.number(), offset: z.number() }),
    ...failures(400, 401, 403, 429),
  },
});
