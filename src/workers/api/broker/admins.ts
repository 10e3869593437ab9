import type { Context } from "hono";
import { openDatabase } from "#db/client";
import { sha256Hex } from "#lib/sha256";
import { formatKey, makeSuperAdminKey } from "#workers/api/access/key-text";
import { superAdminGroups } from "#workers/api/access/roles";
import type { ApiBindings } from "#workers/api/bindings";
import {
  createSuperAdmin,
  deactivateSuperAdmin,
  getSuperAdmin,
  listSuperAdmins,
  readAuditLog,
  regenerateKey,
  updateSuperAdmin,
} from "#workers/api/broker/admin-routes";
import {
  type AdminRow,
  changeAdmin,
  createAdmin,
  deactivateAdmin,
  findAdmin,
  listAdmins,
  readAudit,
  replaceKey,
} from "#workers/api/broker/admin-store";
import { defaultPermissions } from "#workers/api/broker/schemas";
import { brokerActor } from "#workers/api/broker/with-broker-key";
import { makeRoutes } from "#workers/api/make-routes";
import { failure } from "#workers/shared/envelope";

/** Super admins and what was done to them (50-admin §1.41). */
export function adminRoutes() {
  const routes = makeRoutes();

  routes.openapi(createSuperAdmin, async (c) => {
    const body = c.req.valid("json");
    const { username, email } = body;
    const key = makeSuperAdminKey();
    const permissions = body.permissions ?? defaultPermissions;
    const consumerId = crypto.randomUUID();
    const made = await createAdmin(
      openDatabase(c.env),
      {
        username,
        email,
        fullName: body.full_name,
        consumerId,
        permissions,
        notes: body.notes ?? "",
        keyId: key.id,
        secretHash: await sha256Hex(key.secret),
      },
      brokerActor(c, body.created_by),
    );
    if ("taken" in made) return failure(c, 409, `There is a super admin with this ${made.taken} already.`);
    const answer = {
      success: true as const,
      user_id: made.userId,
      username,
      email,
      kong_consumer_id: consumerId,
      api_key: formatKey(key),
      permissions,
      groups: [...superAdminGroups],
      message: "Super admin created. Keep the key: it is not shown again.",
    };
    return c.json(answer, 201);
  });

  routes.openapi(listSuperAdmins, async (c) => {
    const found = await listAdmins(openDatabase(c.env), c.req.valid("query").include_inactive === "true");
    const listed = found.map((admin) => ({
      ...shown(admin),
      permissions_count: admin.permissions.length,
      groups_count: admin.groups.length,
    }));
    return c.json({ success: true as const, super_admins: listed, count: listed.length }, 200);
  });

  routes.openapi(getSuperAdmin, async (c) => {
    const admin = await findAdmin(openDatabase(c.env), c.req.valid("param").username);
    if (!admin?.isActive) return noSuchAdmin(c);
    const { permissions, groups } = admin;
    const whole = { ...shown(admin), api_key: "***REDACTED***" as const, permissions, groups };
    return c.json({ success: true as const, super_admin: whole }, 200);
  });

  routes.openapi(updateSuperAdmin, async (c) => {
    const { username } = c.req.valid("param");
    const { email, full_name, permissions, is_active, notes, updated_by } = c.req.valid("json");
    const db = openDatabase(c.env);
    const wanted = { email, fullName: full_name, permissions, isActive: is_active, notes };
    const change = await changeAdmin(db, username, wanted, brokerActor(c, updated_by));
    if (!change) {
      if (!(await findAdmin(db, username))) return noSuchAdmin(c);
      return c.json({ success: true as const, username, changes: {}, message: "No changes to apply" }, 200);
    }
    if ("taken" in change) return failure(c, 409, "There is a super admin with this email already.");
    const changes = differences(change.old, change.new);
    return c.json({ success: true as const, username, changes, message: "Super admin updated" }, 200);
  });

  routes.openapi(deactivateSuperAdmin, async (c) => {
    const { username } = c.req.valid("param");
    const { deactivated_by = "broker", reason = "" } = c.req.valid("json");
    const db = openDatabase(c.env);
    const isChanged = await deactivateAdmin(db, username, reason, brokerActor(c, deactivated_by));
    if (!isChanged && !(await findAdmin(db, username))) return noSuchAdmin(c);
    const message = isChanged ? "Super admin deactivated" : "Super admin is already inactive";
    return c.json({ success: true as const, username, message }, 200);
  });

  routes.openapi(regenerateKey, async (c) => {
    const { username } = c.req.valid("param");
    const { regenerated_by = "broker" } = c.req.valid("json");
    const key = makeSuperAdminKey();
    const stored = { id: key.id, secretHash: await sha256Hex(key.secret) };
    const by = brokerActor(c, regenerated_by);
    if (!(await replaceKey(openDatabase(c.env), username, stored, by))) return noSuchAdmin(c);
    const message = "New key made. Keep it: it is not shown again. The old one no longer works.";
    return c.json({ success: true as const, username, api_key: formatKey(key), message }, 200);
  });

  routes.openapi(readAuditLog, async (c) => {
    const query = c.req.valid("query");
    const rows = (await readAudit(openDatabase(c.env), query)).map((row) => ({
      id: Number(row.id),
      username: row.username,
      action: row.action,
      resource_type: row.resourceType,
      resource_id: row.resourceId,
      details: row.details,
      performed_by: row.performedBy,
      ip_address: row.ipAddress,
      user_agent: row.userAgent,
      status: row.status,
      error_message: row.errorMessage,
      created_at: row.createdAt.toISOString(),
    }));
    const { limit, offset } = query;
    return c.json({ success: true as const, audit_log: rows, count: rows.length, limit, offset }, 200);
  });
  return routes;
}

function noSuchAdmin(c: Context<ApiBindings>) {
  return failure(c, 404, "There is no such active super admin.");
}

function shown(admin: AdminRow) {
  return {
    user_id: admin.id,
    username: admin.username,
    email: admin.email,
    full_name: admin.fullName,
    kong_consumer_id: admin.kongConsumerId,
    notes: admin.notes,
    is_active: admin.isActive,
    created_by: admin.createdBy,
    created_at: admin.createdAt.toISOString(),
    updated_at: admin.updatedAt.toISOString(),
  };
}

function differences(old: Record<string, unknown>, now: Record<string, unknown>) {
  const changed = Object.keys(now).filter((name) => JSON.stringify(old[name]) !== JSON.stringify(now[name]));
  return Object.fromEntries(changed.map((name) => [name, { old: old[name], new: now[name] }]));
}
