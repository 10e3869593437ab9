import * as z from "zod";

/** Community roles, highest first (90-decisions C-06; `user` of the older briefs is `member`). */
export const role = z.enum(["owner", "admin", "moderator", "streamer", "member"]);
export type Role = z.infer<typeof role>;

/** What a command may ask for (10-router §1.1). */
export const permissionLevel = z.enum(["everyone", "member", "moderator", "admin", "owner"]);
export type PermissionLevel = z.infer<typeof permissionLevel>;

const rank: Record<Role, number> = { member: 1, streamer: 2, moderator: 3, admin: 4, owner: 5 };
const needed: Record<PermissionLevel, number> = { everyone: 0, member: 1, moderator: 3, admin: 4, owner: 5 };

/** The higher of two roles; the first when they are equal. */
export function higherRole(first: Role, second: Role): Role {
  return rank[second] > rank[first] ? second : first;
}

/** Whether a role is enough. The router asks it for every command; a module may ask it for a part of one. */
export function reachesLevel(actual: Role, level: PermissionLevel): boolean {
  return rank[actual] >= needed[level];
}
