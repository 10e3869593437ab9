import * as z from "zod";
import { line } from "#workers/api/router/fields";

/** 50-admin §1.41. */
export const defaultPermissions = [
  "kong:admin:read",
  "kong:admin:write",
  "waddlebot:admin:read",
  "waddlebot:admin:write",
  "waddlebot:users:manage",
  "waddlebot:services:manage",
];

const permissions = z.array(z.string().regex(/^[\w:*-]{1,64}$/)).max(50);
const person = z.string().trim().min(1).max(100);
const notes = z.string().max(10_000);
export const username = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{1,64}$/, "1 to 64 letters, digits, '.', '_' or '-'");
export const userParams = z.strictObject({ username });

export const newAdmin = z.strictObject({
  username,
  email: z.email().max(320),
  full_name: person,
  created_by: person.default("broker"),
  permissions: permissions.optional(),
  notes: notes.optional(),
});

/** `username` and `api_key` may stand in the body and are ignored (BRK-6): older callers send the whole record back. */
export const adminChange = z.strictObject({
  email: z.email().max(320).optional(),
  full_name: person.optional(),
  permissions: permissions.optional(),
  is_active: z.boolean().optional(),
  notes: notes.optional(),
  updated_by: person.default("broker"),
  username: z.unknown().optional(),
  api_key: z.unknown().optional(),
});

export const deactivation = z.strictObject({
  deactivated_by: person.default("broker"),
  reason: z.string().max(1000).default(""),
});
export const regeneration = z.strictObject({ regenerated_by: person.default("broker") });
export const backupOrder = z.strictObject({
  backup_type: z
    .string()
    .regex(/^[a-z_-]{1,32}$/)
    .default("manual"),
  created_by: person.default("broker"),
});
export const restoreOrder = z.strictObject({
  backup_id: z.int().min(1).max(2_147_483_647).optional(),
  restored_by: person.default("broker"),
});

const offset = z.coerce.number().int().min(0).max(1_000_000_000).default(0);
/** More than 1000 asked for gives 1000 (BRK-8). */
const pageSize = z.coerce
  .number()
  .int()
  .min(1)
  .default(100)
  .transform((size) => Math.min(size, 1000));
export const listQuery = z.strictObject({ include_inactive: z.enum(["true", "false"]).default("false") });
export const auditQuery = z.strictObject({
  username: line(64, 0).optional(),
  action: line(64, 0).optional(),
  limit: pageSize,
  offset,
});
export const consumerQuery = z.strictObject({ size: pageSize, offset });

const shownAdmin = z.object({
  user_id: z.number(),
  username: z.string(),
  email: z.string(),
  full_name: z.string(),
  kong_consumer_id: z.string(),
  notes: z.string(),
  is_active: z.boolean(),
  created_by: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
});
export const listedAdmin = shownAdmin.extend({ permissions_count: z.number(), groups_count: z.number() });
export const wholeAdmin = shownAdmin.extend({
  api_key: z.literal("***REDACTED***"),
  permissions: z.array(z.string()),
  groups: z.array(z.string()),
});
export const auditRow = z.object({
  id: z.number(),
  username: z.string().nullable(),
  action: z.string(),
  resource_type: z.string(),
  resource_id: z.string(),
  details: z.unknown(),
  performed_by: z.string(),
  ip_address: z.string().nullable(),
  user_agent: z.string().nullable(),
  status: z.string(),
  error_message: z.string().nullable(),
  created_at: z.string(),
});

/** The broker is of the 004 generation: its fields stand flat beside `success` (00-index). */
export function flat<S extends z.ZodRawShape>(shape: S, description = "Done") {
  const schema = z.object({ success: z.literal(true), ...shape });
  return { description, content: { "application/json": { schema } } };
}
