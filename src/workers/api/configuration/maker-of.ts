import { higherRole, type Role } from "#contracts/role";
import type { AuditActor } from "#db/audit";
import type { ChangeMaker } from "#workers/api/configuration/change-statements";
import type { CallerStanding } from "#workers/api/rbac/stand-in";

/** A timer runs with what its maker may do, and never as more than a moderator (docs/decisions/0017). */
export function makerOf({ role, accounts }: CallerStanding, { actor }: AuditActor): ChangeMaker {
  const most: Role = "moderator";
  return { actor, role: higherRole(role, most) === role ? most : role, accounts };
}
