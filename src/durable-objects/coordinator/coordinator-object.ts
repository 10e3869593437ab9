import { DurableObject } from "cloudflare:workers";
import type {
  ClaimWish,
  CoordinatorService,
  EntityFilter,
  ErrorReport,
  NewEntity,
  ShardService,
  ShareWish,
  StatusReport,
  ToldGap,
} from "#contracts/coordinator";
import { Coordinator } from "#durable-objects/coordinator/coordinator";
import { Gaps } from "#durable-objects/coordinator/gaps";
import { Shards } from "#durable-objects/coordinator/shards";
import { coordinatorMigrations } from "#durable-objects/coordinator/tables";
import { migrate } from "#durable-objects/storage/migrate";

/** Who works on what, one object per platform. The shell only: it keeps the alarm, and that only while claims exist. */
export class CoordinatorObject extends DurableObject<EdgeEnv> implements CoordinatorService, ShardService {
  #coordinator: Coordinator;
  #shards: Shards;
  #gaps: Gaps;

  constructor(ctx: DurableObjectState, env: EdgeEnv) {
    super(ctx, env);
    migrate(ctx.storage, coordinatorMigrations);
    this.#coordinator = new Coordinator(ctx.storage, Date.now);
    this.#gaps = new Gaps(ctx.storage);
    this.#shards = new Shards(ctx.storage, Date.now);
  }

  async claim(wish: ClaimWish) {
    return this.#armed(() => this.#coordinator.claim(wish));
  }

  async release(containerId: string, entityIds?: readonly string[]) {
    return this.#armed(() => this.#coordinator.release(containerId, entityIds));
  }

  async checkin(containerId: string) {
    return this.#armed(() => this.#coordinator.checkin(containerId));
  }

  async heartbeat(containerId: string, extendClaims: boolean) {
    return this.#armed(() => this.#coordinator.heartbeat(containerId, extendClaims));
  }

  async status(report: StatusReport) {
    return this.#armed(() => this.#coordinator.status(report));
  }

  async error(report: ErrorReport) {
    return this.#armed(() => this.#coordinator.error(report));
  }

  async releaseOffline(containerId: string) {
    return this.#armed(() => this.#coordinator.releaseOffline(containerId));
  }

  async stats() {
    return this.#coordinator.stats();
  }

  async entities(filter: EntityFilter) {
    return this.#coordinator.entities(filter);
  }

  async populate(rows: readonly NewEntity[], resetErrors: boolean) {
    return this.#coordinator.populate(rows, resetErrors);
  }

  async validateFence(entityId: string, fencing: number) {
    return this.#coordinator.validateFence(entityId, fencing);
  }

  async joinRing(node: string) {
    return this.#shards.join(node);
  }

  async leaveRing(node: string) {
    return this.#shards.leave(node);
  }

  async lock(channel: string, node: string) {
    return this.#shards.lock(channel, node);
  }

  async unlock(channel: string, node: string, fencing: number) {
    return this.#shards.unlock(channel, node, fencing);
  }

  async validateLock(channel: string, fencing: number) {
    return this.#shards.validateLock(channel, fencing);
  }

  async assignments(node: string) {
    return this.#shards.assignments(node);
  }

  async share(node: string, wish: ShareWish) {
    return this.#shards.share(node, wish);
  }

  async holderOf(key: string) {
    return this.#shards.holderOf(key);
  }

  async rebalance() {
    return this.#shards.rebalance();
  }

  async nodes() {
    return this.#shards.nodes();
  }

  async noteGap(gap: ToldGap) {
    this.#gaps.note(gap);
  }

  async gaps(limit: number) {
    return this.#gaps.list(limit);
  }

  override async alarm(): Promise<void> {
    await this.#armed(() => this.#coordinator.cleanUp());
  }

  async #armed<T>(act: () => T): Promise<T> {
    try {
      return act();
    } finally {
      await this.#arm();
    }
  }

  /** An alarm that rings too early only looks and sets the next: cheaper than moving it with every check-in. */
  async #arm(): Promise<void> {
    const wanted = this.#coordinator.nextWake();
    const armed = await this.ctx.storage.getAlarm();
    if (wanted === undefined) {
      if (armed !== null) await this.ctx.storage.deleteAlarm();
    } else if (armed === null || armed > wanted) await this.ctx.storage.setAlarm(wanted);
  }
}
