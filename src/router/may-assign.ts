import { higherRole, type Role } from "#contracts/role";

export interface Assignment {
  /** Who gives, as they stand there now. */
  giver: Role;
  isSelf: boolean;
  /** What the person is there now, and is to be. */
  current: Role;
  wanted: Role;
}

/**
 * Whether a role may be given (threats row 5): nobody gives more than they are, nobody touches whoever is their equal or
 * above; one may step down oneself, and an owner may do everything. Undefined when it may; else why not, for people.
 */
export function whyNotAssigned({ giver, isSelf, current, wanted }: Assignment): string | undefined {
  if (isAbove(wanted, giver)) return `A ${giver} cannot make anybody ${wanted}.`;
  if (giver === "owner") return undefined;
  if (isSelf) return isAbove(wanted, current) ? "Nobody promotes themselves." : undefined;
  return isAbove(giver, current) ? undefined : `A ${giver} cannot change the role of a ${current}.`;
}

function isAbove(one: Role, other: Role): boolean {
  return one !== other && higherRole(one, other) === one;
}
