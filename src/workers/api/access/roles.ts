import * as z from "zod";
import type { KeyRole } from "#workers/api/principal";

/** The consumer groups of the older gateway and what they are called here (90-decisions C-06). */
const groupRoles = {
  collectors: "trigger",
  services: "core",
  "api-users": "user",
  admins: "admin",
  "super-admins": "super-admin",
} as const satisfies Record<string, KeyRole>;

/** As stored and shown. */
export const keyRole = z.enum(["trigger", "action", "core", "admin", "user", "super-admin"]);

/** What one may give to a key: never `super-admin`, which only the broker gives. Older group names are understood. */
export const grantableRole = z.enum([
  "trigger",
  "action",
  "core",
  "admin",
  "user",
  "collectors",
  "services",
  "api-users",
  "admins",
]);

/** The role a name stands for, whether it is a role or an older group. */
export function toKeyRole(name: z.infer<typeof grantableRole> | keyof typeof groupRoles): KeyRole {
  const mapped: Readonly<Record<string, KeyRole>> = groupRoles;
  return mapped[name] ?? keyRole.parse(name);
}

/** The groups of a super admin (50-admin §1.41), as roles of the key. */
export const superAdminGroups = ["super-admins", "admins", "services", "api-users"] as const;

/** Roles in a user's token: the default role set, of which only `admin` is more than a user to the API (60-infrastructure §1.50). */
export function userRoles(names: readonly string[]): KeyRole[] {
  return names.includes("admin") ? ["user", "admin"] : ["user"];
}
