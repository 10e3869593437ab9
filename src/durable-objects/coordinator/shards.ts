import type { Assignments, ChannelLock, ShardStats } from "#contracts/coordinator";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import { CoordinationStore } from "#durable-objects/coordinator/coordination-store";
import { checkinRuleMs } from "#durable-objects/coordinator/rules";
import { ShardStore } from "#durable-objects/coordinator/shard-store";
import type { SqlStore } from "#durable-objects/storage/migrate";
import { HashRing } from "#lib/hash-ring";

/** 60-infrastructure §1.55. */
export const lockLifeMs = 60_000;

/**
 * The ring says who should have a channel, the lock says who has it. They differ while a channel moves: its old node
 * finishes and unlocks (`drain`), then its new one gets the lock with a higher number. Nothing here waits.
 */
export class Shards {
  #storage: SqlStore;
  #store: ShardStore;
  #entities: CoordinationStore;
  #now: () => number;
  #ring: HashRing;

  constructor(storage: SqlStore, now: () => number) {
    this.#storage = storage;
    this.#store = new ShardStore(storage.sql);
    this.#entities = new CoordinationStore(storage.sql);
    this.#now = now;
    this.#ring = new HashRing(this.#store.nodes());
  }

  join(node: string): { generation: number } {
    return this.#atomically((now) => {
      this.#store.seen(node, now);
      return this.#settleRing(now);
    });
  }

  leave(node: string): { generation: number } {
    return this.#atomically((now) => {
      this.#store.removeNode(node);
      this.#store.unlockAll(node);
      return this.#settleRing(now);
    });
  }

  lock(channel: string, node: string): Outcome<ChannelLock> {
    return this.#atomically((now) => {
      const held = this.#store.lock(channel);
      const isLive = held !== undefined && held.node !== null && held.expiresAt > now;
      if (isLive && held.node !== node)
        return refuse("conflict", {
          message: "Another node holds this channel.",
          retryAfterMs: held.expiresAt - now,
        });
      // A lock that ran out is a new one even for its old node: what it did in between is not covered.
      const fencing = isLive ? held.fencing : (held?.fencing ?? 0) + 1;
      const expiresAt = now + lockLifeMs;
      this.#store.saveLock({ channel, node, fencing, expiresAt });
      return succeed({ fencing, expiresAt });
    });
  }

  unlock(channel: string, node: string, fencing: number): boolean {
    return this.#atomically(() => {
      const held = this.#store.lock(channel);
      if (held?.node !== node || held.fencing !== fencing) return false;
      this.#store.saveLock({ ...held, node: null });
      return true;
    });
  }

  validateLock(channel: string, fencing: number): boolean {
    const held = this.#store.lock(channel);
    return held?.fencing === fencing && held.node !== null && held.expiresAt > this.#now();
  }

  assignments(node: string): Assignments {
    return this.#atomically((now) => {
      const { generation } = this.#settleRing(now);
      const locked = this.#store.liveLocks(now).filter((lock) => lock.node === node);
      return {
        generation,
        own: this.#entities.ids().filter((channel) => this.#ring.nodeOf(channel) === node),
        drain: locked.map(({ channel }) => channel).filter((channel) => this.#ring.nodeOf(channel) !== node),
      };
    });
  }

  rebalance(): ShardStats {
    return this.#atomically((now) => {
      const { generation } = this.#settleRing(now);
      const channels = this.#entities.ids();
      const locks = this.#store.liveLocks(now);
      const last = this.#store.lastRebalance();
      return {
        generation,
        channels: channels.length,
        nodes: [...this.#ring.spread(channels)].map(([node, assigned]) => ({
          node,
          assigned,
          locked: locks.filter((lock) => lock.node === node).length,
        })),
        draining: locks.filter(({ channel, node }) => this.#ring.nodeOf(channel) !== node).length,
        lastRebalance: last ? { at: last.at, moved: last.moved, channels: last.channels } : null,
      };
    });
  }

  /** Takes out who was not heard of. Their locks run out by themselves: a node that only seems dead keeps its minute. */
  #settleRing(now: number): { generation: number } {
    for (const node of this.#store.silentNodes(now - checkinRuleMs)) this.#store.removeNode(node);
    const generation = this.#store.lastRebalance()?.generation ?? 0;
    const before = this.#ring;
    const nodes = this.#store.nodes();
    if (nodes.join("\n") === before.nodes.join("\n")) return { generation };
    this.#ring = new HashRing(nodes);
    const channels = this.#entities.ids();
    const moved = channels.filter((channel) => before.nodeOf(channel) !== this.#ring.nodeOf(channel));
    const next = { generation: generation + 1, at: now, moved: moved.length, channels: channels.length };
    this.#store.saveRebalance(next);
    return { generation: next.generation };
  }

  #atomically<T>(act: (now: number) => T): T {
    return this.#storage.transactionSync(() => act(this.#now()));
  }
}
