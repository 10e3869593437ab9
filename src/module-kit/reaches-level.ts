import type { PermissionLevel, Role } from "#contracts/role";

const rank: Record<Role, number> = { member: 1, streamer: 2, moderator: 3, admin: 4, owner: 5 };
const needed: Record<PermissionLevel, number> = { everyone: 0, member: 1, moderator: 3, admin: 4, owner: 5 };

/** Whether a role is enough, for rules inside one command. The router has already judged the command itself. */
export function reachesLevel(role: Role, level: PermissionLevel): boolean {
  return rank[role] >= needed[level];
}
