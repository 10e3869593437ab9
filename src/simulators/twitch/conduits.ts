import type { Random } from "#simulators/random";

export interface Shard {
  id: string;
  /** `webhook_callback_verification_pending`, `enabled`, or why it is out of use. */
  status: string;
  callback: string;
  secret: string;
}

export interface Conduit {
  id: string;
  shardCount: number;
  shards: Map<string, Shard>;
}

/** A client has five at most, each of 20,000 shards at most (EventSub, "Conduits"). */
const maxConduits = 5;
export const maxShards = 20_000;

export interface Conduits {
  create(shardCount: number): Conduit | undefined;
  get(id: string): Conduit | undefined;
  remove(id: string): boolean;
  list(): Conduit[];
  /** A shard that can be delivered to. */
  working(id: string): Shard | undefined;
}

export function makeConduits(random: Random): Conduits {
  const byId = new Map<string, Conduit>();
  return {
    create(shardCount) {
      if (byId.size >= maxConduits) return undefined;
      const conduit: Conduit = { id: random.uuid(), shardCount, shards: new Map() };
      byId.set(conduit.id, conduit);
      return conduit;
    },
    get: (id) => byId.get(id),
    remove: (id) => byId.delete(id),
    list: () => [...byId.values()],
    working: (id) => [...(byId.get(id)?.shards.values() ?? [])].find(({ status }) => status === "enabled"),
  };
}
