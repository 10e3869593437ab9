import type { Principal } from "#workers/api/principal";

/** A key of the whole house, or somebody who administers all of it. */
export function isHouse({ kind, roles, communityId }: Principal): boolean {
  if (communityId !== null) return false;
  const isAdmin = roles.includes("admin");
  return kind === "user" ? isAdmin : kind === "service" || isAdmin || roles.includes("core");
}
