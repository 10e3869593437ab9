import type { Assignments, ChannelLock, ShardStats, Share, ShareWish } from "#contracts/coordinator";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import { CoordinationStore } from "#durable-objects/coordinator/coordination-store";
import { Gaps } from "#durable-objects/coordinator/gaps";
import { ShardStore } from "#durable-objects/coordinator/shard-store";
import type { SqlStore } from "#durable-objects/storage/migrate";
import { HashRing } from "#lib/hash-ring";

/** 60-infrastructure §1.55. A node is thought gone as soon as its locks may be: its channels should not wait longer. */
export const lockLifeMs = 60_000;
/**
 * A lock of a node that shares is good while the node is heard of, so that a renewal writes one row and not one for each
 * lock. This bounds it in case nobody else is there to see the node gone.
 */
const sharedLifeMs = 60 * 60_000;

/**
 * The ring says who should have a channel, the lock says who has it. They differ while a channel moves: its old node
 * finishes and unlocks (`drain`), then its new one gets the lock with a higher number. Nothing here waits.
 */
export class Shards {
  #storage: SqlStore;
  #store: ShardStore;
  #entities: CoordinationStore;
  #gaps: Gaps;
  #now: () => number;
  #ring: HashRing;

  constructor(storage: SqlStore, now: () => number) {
    this.#storage = storage;
    this.#store = new ShardStore(storage.sql);
    this.#entities = new CoordinationStore(storage.sql);
    this.#gaps = new Gaps(storage);
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
      this.#store.unlockAll(node, now);
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
    return this.#atomically((now) => {
      const held = this.#store.lock(channel);
      if (held?.node !== node || held.fencing !== fencing) return false;
      this.#store.unlock(channel, now);
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

  share(node: string, { keys, left }: ShareWish): Share {
    return this.#atomically((now) => {
      this.#store.seen(node, now);
      this.#settleRing(now);
      const mine = new Map(
        this.#store
          .liveLocks(now)
          .filter((lock) => lock.node === node)
          .map((lock) => [lock.channel, lock]),
      );
      for (const key of left) {
        const lock = mine.get(key);
        if (lock && mine.delete(key)) this.#store.unlock(lock.channel, now);
      }
      const own = keys.filter((key) => this.#ring.nodeOf(key) === node);
      const held = own.flatMap((key) => {
        const fencing = this.#takeShared(key, node, now);
        return fencing === undefined ? [] : [{ key, fencing }];
      });
      const isOwn = new Set(own);
      const drain = [...mine.keys()].filter((key) => !isOwn.has(key));
      return { held, drain, isSettled: drain.length === 0 && held.length === own.length };
    });
  }

  holderOf(key: string): { node: string; fencing: number } | undefined {
    return this.#atomically((now) => {
      this.#settleRing(now);
      const lock = this.#store.lock(key);
      return lock && lock.node !== null && lock.expiresAt > now
        ? { node: lock.node, fencing: lock.fencing }
        : undefined;
    });
  }

  /** The fencing number; undefined while another node holds it. */
  #takeShared(channel: string, node: string, now: number): number | undefined {
    const held = this.#store.lock(channel);
    const isLive = held !== undefined && held.node !== null && held.expiresAt > now;
    if (isLive && held.node !== node) return undefined;
    const fencing = isLive ? held.fencing : (held?.fencing ?? 0) + 1;
    if (!isLive && held && held.freedAt !== null)
      this.#gaps.noteHandover({ key: channel, node, freedAt: held.freedAt, fencing }, now);
    if (!isLive || held.expiresAt < now + sharedLifeMs / 2)
      this.#store.saveLock({ channel, node, fencing, expiresAt: now + sharedLifeMs });
    return fencing;
  }

  /** Heard of in the last minute. */
  nodes(): string[] {
    return this.#atomically((now) => {
      this.#settleRing(now);
      return this.#store.nodes();
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

  /**
   * Takes out who was not heard of. Its locks run out by themselves: a node that only seems dead keeps its minute. Those
   * it shared were good for a minute from when it was last heard of, and that is over.
   */
  #settleRing(now: number): { generation: number } {
    for (const node of this.#store.silentNodes(now - lockLifeMs)) {
      this.#store.unlockLongerThan(node, now + lockLifeMs);
      this.#store.removeNode(node);
    }
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
