import * as z from "zod";

/** Community roles, highest first (90-decisions C-06; `user` of the older briefs is `member`). */
export const role = z.enum(["owner", "admin", "moderator", "streamer", "member"]);
export type Role = z.infer<typeof role>;

/** What a command may ask for (10-router §1.1). */
export const permissionLevel = z.enum(["everyone", "member", "moderator", "admin", "owner"]);
export type PermissionLevel = z.infer<typeof permissionLevel>;
