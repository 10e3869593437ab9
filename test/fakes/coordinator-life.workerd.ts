import { env, runInDurableObject } from "cloudflare:test";
import type { NewEntity } from "#contracts/coordinator";
import { parseEntityId } from "#contracts/ids";
import { Coordinator } from "#durable-objects/coordinator/coordinator";
import { Gaps } from "#durable-objects/coordinator/gaps";
import { Shards } from "#durable-objects/coordinator/shards";
import { coordinatorMigrations } from "#durable-objects/coordinator/tables";
import { migrate } from "#durable-objects/storage/migrate";

export interface CoordinatorLife {
  coordinator: Coordinator;
  shards: Shards;
  gaps: Gaps;
  /** Moves only when a test moves it. Epoch milliseconds. */
  clock: { now: number };
  /** The same storage after an eviction. */
  restart(): CoordinatorLife;
}

let objects = 0;

/** Runs claims and shards on the storage of a fresh object, with a clock of the test's. */
export function inCoordinator<T>(run: (life: CoordinatorLife) => T | Promise<T>): Promise<T> {
  const stub = env.STORAGE_HOST.get(env.STORAGE_HOST.idFromName(`coordinator-${++objects}`));
  return runInDurableObject(stub, (_, { storage }) => {
    migrate(storage, coordinatorMigrations);
    const clock = { now: 1_800_000_000_000 };
    const live = (): CoordinatorLife => ({
      coordinator: new Coordinator(storage, () => clock.now),
      shards: new Shards(storage, () => clock.now),
      gaps: new Gaps(storage),
      clock,
      restart: live,
    });
    return run(live());
  });
}

export function anEntity(entityId: string, facts: Partial<NewEntity> = {}): NewEntity {
  const parts = parseEntityId(entityId);
  if (!parts) throw new Error(`not an entity id: ${entityId}`);
  const { platform, server, channel = null } = parts;
  return { entityId, platform, serverId: server, channelId: channel, priority: 100, config: {}, ...facts };
}

/** `twitch:1` to `twitch:<count>`. */
export function someEntities(count: number): NewEntity[] {
  return Array.from({ length: count }, (_, index) => anEntity(`twitch:${index + 1}`));
}
