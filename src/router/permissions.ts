import { type PermissionLevel, type Role, reachesLevel } from "#contracts/role";

/**
 * The permission catalogue and who holds what (10-router §1.4). The matrix knows user, moderator and owner; an admin stands in
 * for the owner in everything but deleting the community. `chat.delete` is in the catalogue and in nobody's list, so it
 * is held by those who hold all.
 */
export const permissionLevels = {
  "chat.send": "everyone",
  "commands.basic": "everyone",
  "reputation.view": "everyone",
  "commands.moderate": "moderator",
  "users.timeout": "moderator",
  "users.kick": "moderator",
  "users.warn": "moderator",
  "community.add_user": "moderator",
  "community.add_entity": "moderator",
  "chat.delete": "admin",
  "commands.admin": "admin",
  "reputation.manage": "admin",
  "users.ban": "admin",
  "community.remove_user": "admin",
  "community.manage_roles": "admin",
  "community.manage_settings": "admin",
  "community.install_modules": "admin",
  "community.delete": "owner",
} as const satisfies Record<string, PermissionLevel>;
export type Permission = keyof typeof permissionLevels;

export function isPermission(text: string): text is Permission {
  return Object.hasOwn(permissionLevels, text);
}

/** What a command word asks for beside its own level; every other word asks for `commands.basic`. */
const wordPermissions: ReadonlyMap<string, Permission> = new Map([
  ["ban", "users.ban"],
  ["kick", "users.kick"],
  ["timeout", "users.timeout"],
  ["warn", "users.warn"],
  ["config", "commands.admin"],
  ["settings", "commands.admin"],
  ["create_community", "community.add_entity"],
  ["install_module", "community.install_modules"],
]);

export function levelOfCommandWord(name: string): PermissionLevel {
  return permissionLevels[wordPermissions.get(name) ?? "commands.basic"];
}

/** What a role may do, for modules that decide inside one command. */
export function permissionsOf(role: Role): string[] {
  return Object.entries(permissionLevels).flatMap(([name, level]) =>
    reachesLevel(role, level) ? [name] : [],
  );
}
