import { higherRole, type PermissionLevel, type Role, reachesLevel } from "#contracts/role";

/** Who somebody is here, and where that comes from. */
export interface Standing {
  role: Role;
  because: string;
}

/**
 * The higher of what the community assigned and what the platform vouches for in this very channel.
 * The platform's word comes inside the signed event; a name never counts.
 */
export function resolveStanding(assigned: Role | undefined, platformRole: Role | undefined): Standing {
  if (assigned && (!platformRole || higherRole(assigned, platformRole) === assigned)) {
    return { role: assigned, because: "role in this community" };
  }
  if (platformRole) return { role: platformRole, because: "role on the platform" };
  return { role: "member", because: "everyone in chat is a member" };
}

export interface Rights {
  required: PermissionLevel;
  actual: Role;
  isAllowed: boolean;
  because: string;
}

/** Fails closed: an unknown level is never reached. */
export function authorize(standing: Standing, required: PermissionLevel): Rights {
  return {
    required,
    actual: standing.role,
    isAllowed: reachesLevel(standing.role, required),
    because: standing.because,
  };
}

/** What a role may do, for modules that decide inside one command (10-router §1.4 permission matrix). */
export function permissionsOf(role: Role): string[] {
  const basic = ["chat.send", "commands.basic", "reputation.view"];
  const moderate = [
    "commands.moderate",
    "users.timeout",
    "users.kick",
    "users.warn",
    "community.add_user",
    "community.add_entity",
  ];
  const own = [
    "commands.admin",
    "reputation.manage",
    "users.ban",
    "community.manage_roles",
    "community.manage_settings",
  ];
  if (role === "owner" || role === "admin") return [...basic, ...moderate, ...own];
  return role === "moderator" ? [...basic, ...moderate] : basic;
}
