import type { Role } from "#contracts/role";
import type { Database } from "#db/client";
import { findAccounts, findRoles, globalCommunityId, type PlacedRoles } from "#db/rbac";
import { type Grant, type Principal, type Resource, standingOf } from "#router/authorize";
import type { Principal as Caller } from "#workers/api/principal";

/** A caller of the API as the router knows people: with what they hold in each place. */
export interface Giver {
  /** Accounts that are the caller's own. */
  accounts: ReadonlySet<string>;
  /** The strongest of the caller's accounts there; undefined where the caller has no business at all. */
  principalAt(resource: Resource): Principal | undefined;
}

/**
 * The house's own key, and keys and people that administer the whole platform, stand everywhere as an owner; keys of
 * services and of one community as an admin, there; anybody else is who their linked accounts are.
 */
export async function findGiver(
  db: Database,
  caller: Caller,
  resources: readonly Resource[],
): Promise<Giver> {
  if (caller.kind !== "user" || caller.roles.includes("admin")) return machineGiver(caller);
  const accounts = /^\d{1,9}$/.test(caller.id) ? await findAccounts(db, Number(caller.id)) : [];
  const places = distinct(resources);
  const questions = accounts.flatMap((userKey) =>
    places.map((place) => ({ userKey, communityId: place.communityId, entityId: place.entityId ?? null })),
  );
  const answers = await findRoles(db, questions);
  const held = new Map<string, Principal>();
  for (const [index, { communityId, entityId }] of questions.entries()) {
    const resource = { communityId, entityId: entityId ?? undefined };
    const found = answers[index];
    const mine = { grants: found ? grantsOf(found, resource) : [] };
    const known = held.get(keyOf(resource));
    if (!known || isStronger(mine, known, resource)) held.set(keyOf(resource), mine);
  }
  return { accounts: new Set(accounts), principalAt: (resource) => held.get(keyOf(resource)) };
}

function machineGiver({ communityId: bound, roles, kind }: Caller): Giver {
  const isAdmin = kind === "service" || roles.some((one) => one === "admin" || one === "super-admin");
  const isTrusted = isAdmin || roles.includes("core");
  return {
    accounts: new Set(),
    principalAt: ({ communityId }) => {
      if (!isTrusted || (bound !== null && bound !== communityId)) return undefined;
      const role: Role = bound === null && isAdmin ? "owner" : "admin";
      return { grants: [{ communityId, role }] };
    },
  };
}

/** What the database holds of one person in one place, as the router reads it. */
export function grantsOf(found: PlacedRoles, { entityId, communityId }: Resource): Grant[] {
  const { entity_role, community_role, global_role } = found;
  return [
    ...(entity_role && entityId !== undefined ? [{ entityId, role: entity_role }] : []),
    ...(community_role ? [{ communityId, role: community_role }] : []),
    ...(global_role ? [{ communityId: globalCommunityId, role: global_role }] : []),
  ];
}

const order: readonly Role[] = ["member", "streamer", "moderator", "admin", "owner"];

function isStronger(one: Principal, other: Principal, resource: Resource): boolean {
  return order.indexOf(standingOf(one, resource).role) > order.indexOf(standingOf(other, resource).role);
}

function keyOf({ communityId, entityId = "" }: Resource): string {
  return `${communityId} ${entityId}`;
}

function distinct(resources: readonly Resource[]): Resource[] {
  return [...new Map(resources.map((resource) => [keyOf(resource), resource])).values()];
}
