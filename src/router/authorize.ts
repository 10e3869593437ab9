import { higherRole, type PermissionLevel, type Role, reachesLevel } from "#contracts/role";
import { isPermission, levelOfCommandWord, type Permission, permissionLevels } from "#router/permissions";

/** The community everybody belongs to (90-decisions C-07). */
export const globalCommunityId = 1;

/** A role somebody was given: in one channel, or in a whole community. */
export type Grant = { role: Role } & ({ entityId: string } | { communityId: number });

/** Who asks. */
export interface Principal {
  grants: readonly Grant[];
  /** What the platform vouches for in this very channel, from a signed event; never from a request. */
  platformRole?: Role | undefined;
}

/** Something by its permission, or a command of the registry: its own level and that of its word. */
export type Action = Permission | { name: string; permissionLevel: PermissionLevel };

/** Where: a community, or one channel of it. */
export interface Resource {
  communityId: number;
  entityId?: string | undefined;
}

/** Who somebody is here, and where that comes from. */
export interface Standing {
  role: Role;
  because: string;
}

/**
 * The higher of what was assigned and what the platform vouches for in this very channel.
 * The platform's word comes inside the signed event; a name never counts.
 */
export function resolveStanding(
  assigned: Role | undefined,
  platformRole: Role | undefined,
  because = "role in this community",
): Standing {
  if (assigned && (!platformRole || higherRole(assigned, platformRole) === assigned)) {
    return { role: assigned, because };
  }
  if (platformRole) return { role: platformRole, because: "role on the platform" };
  return { role: "member", because: "everyone in chat is a member" };
}

/** Channel before community before the global community: the first assignment counts, even if it is the lower (RBAC-3). */
export function standingOf({ grants, platformRole }: Principal, resource: Resource): Standing {
  const inChannel = grants.find((grant) => "entityId" in grant && grant.entityId === resource.entityId);
  const inCommunity = (id: number) =>
    grants.find((grant) => "communityId" in grant && grant.communityId === id);
  if (inChannel) return resolveStanding(inChannel.role, platformRole, "role in this channel");
  const own = inCommunity(resource.communityId);
  if (own) return resolveStanding(own.role, platformRole);
  const everywhere = inCommunity(globalCommunityId);
  return resolveStanding(everywhere?.role, platformRole, "role in the global community");
}

export interface Rights {
  required: PermissionLevel;
  actual: Role;
  isAllowed: boolean;
  because: string;
}

/**
 * Whether this principal may do this there: the one question of chat and REST alike (10-router §1.4).
 * Fails closed: an unknown level or permission is never reached.
 */
export function authorize(principal: Principal, action: Action, resource: Resource): Rights {
  const { role, because } = standingOf(principal, resource);
  const required = levelFor(action);
  return { required, actual: role, isAllowed: reachesLevel(role, required), because };
}

function levelFor(action: Action): PermissionLevel {
  if (typeof action === "string") return isPermission(action) ? permissionLevels[action] : "owner";
  const ofWord = levelOfCommandWord(action.name);
  const isHigher = (["owner", "admin", "moderator", "member"] as const).find(
    (level) => level === ofWord || level === action.permissionLevel,
  );
  return isHigher ?? "everyone";
}
