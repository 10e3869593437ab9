import { type Database, type DatabaseAddress, openCommunityDatabase, openDatabase } from "#db/client";

/** For the few things a module does outside the community it was called in. */
export interface WiderDatabases {
  /** Of communities that the caller was let into: their rows alone. */
  of(...communityIds: [number, ...number[]]): Database;
  /** Past row-level security. For what has no community yet: who somebody is, which are theirs, a new one. */
  everywhere(): Database;
}

export interface ModuleDatabases extends WiderDatabases {
  /** The rows of the community the invocation came from, whatever a WHERE says (docs/decisions/0035). */
  own: Database;
}

export function openModuleDatabases(address: DatabaseAddress, communityId: number): ModuleDatabases {
  return {
    own: openCommunityDatabase(address, communityId),
    of: (...communityIds) => openCommunityDatabase(address, ...communityIds),
    everywhere: () => openDatabase(address),
  };
}

/** What the handlers of one invocation work with. */
export function makeDepsFor<Deps>(
  { makeDeps }: { makeDeps(db: Database, wider: WiderDatabases): Deps },
  address: DatabaseAddress,
  communityId: number,
): Deps {
  const { own, ...wider } = openModuleDatabases(address, communityId);
  return makeDeps(own, wider);
}
