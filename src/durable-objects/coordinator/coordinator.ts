import type {
  ClaimWish,
  CoordinatedEntity,
  CoordinationCounts,
  EntityFilter,
  ErrorReport,
  NewEntity,
  StatusReport,
} from "#contracts/coordinator";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import { CoordinationStore } from "#durable-objects/coordinator/coordination-store";
import * as rules from "#durable-objects/coordinator/rules";
import type { SqlStore } from "#durable-objects/storage/migrate";

/**
 * Claims of one platform. Nothing here waits, so no two calls can interleave, and each is one transaction:
 * that is the whole compare-and-set (CRD-1).
 */
export class Coordinator {
  #storage: SqlStore;
  #store: CoordinationStore;
  #now: () => number;

  constructor(storage: SqlStore, now: () => number) {
    this.#storage = storage;
    this.#store = new CoordinationStore(storage.sql);
    this.#now = now;
  }

  claim({ containerId, maxClaims, prioritizeLive }: ClaimWish): CoordinatedEntity[] {
    return this.#afterCleaning((now) => {
      const free = this.#store.free(maxClaims, { liveFirst: prioritizeLive });
      return free.map((entity) => this.#save(rules.afterClaim(entity, containerId, now)));
    });
  }

  release(containerId: string, entityIds?: readonly string[]): string[] {
    const wanted = entityIds && new Set(entityIds);
    return this.#afterCleaning(() =>
      this.#store
        .heldBy(containerId)
        .filter(({ entityId }) => wanted === undefined || wanted.has(entityId))
        .map((entity) => this.#save(rules.afterRelease(entity)).entityId),
    );
  }

  checkin(containerId: string): CoordinatedEntity[] {
    return this.#afterCleaning((now) =>
      this.#store.heldBy(containerId).map((entity) => this.#save(rules.afterCheckin(entity, now))),
    );
  }

  heartbeat(containerId: string, extendClaims: boolean): CoordinatedEntity[] {
    return this.#afterCleaning((now) => {
      const held = this.#store.heldBy(containerId);
      return extendClaims ? held.map((entity) => this.#save(rules.afterHeartbeat(entity, now))) : held;
    });
  }

  status(report: StatusReport): Outcome<CoordinatedEntity> {
    return this.#change(report, (entity, now) => rules.afterStatus(entity, report, now));
  }

  error(report: ErrorReport): Outcome<CoordinatedEntity> {
    return this.#change(report, (entity, now) => rules.afterError(entity, report.message, now));
  }

  /** As many new ones as it let go, none of them among those it let go. */
  releaseOffline(containerId: string): { released: string[]; claimed: CoordinatedEntity[] } {
    return this.#afterCleaning((now) => {
      const offline = this.#store.heldBy(containerId).filter(({ status }) => status === "offline");
      const released = offline.map((entity) => this.#save(rules.afterRelease(entity)).entityId);
      const free = this.#store.free(released.length, { liveFirst: true, except: released });
      return {
        released,
        claimed: free.map((entity) => this.#save(rules.afterClaim(entity, containerId, now))),
      };
    });
  }

  stats(): CoordinationCounts {
    return this.#afterCleaning(() => this.#store.counts());
  }

  entities(filter: EntityFilter): CoordinatedEntity[] {
    return this.#afterCleaning(() => this.#store.list(filter));
  }

  populate(rows: readonly NewEntity[], resetErrors: boolean): { added: number; reset: number } {
    return this.#afterCleaning(() => {
      const broken = resetErrors ? this.#store.inError() : [];
      for (const entity of broken) this.#save(rules.afterReset(entity));
      return { added: this.#store.addMissing(rows), reset: broken.length };
    });
  }

  /** Asks without writing: the gateway link may ask for every batch. */
  validateFence(entityId: string, fencing: number): boolean {
    const entity = this.#store.get(entityId);
    return entity !== undefined && entity.fencing === fencing && rules.isHeld(entity, this.#now());
  }

  cleanUp(): void {
    this.#afterCleaning(() => undefined);
  }

  /** When the next claim runs out; undefined while there is none, and then nothing needs to wake. */
  nextWake(): number | undefined {
    const deadline = this.#store.earliestDeadline();
    return deadline === undefined ? undefined : deadline + 1;
  }

  #change(
    {
      containerId,
      entityId,
      fencing,
    }: { containerId: string; entityId: string; fencing?: number | undefined },
    rule: (entity: CoordinatedEntity, now: number) => CoordinatedEntity,
  ): Outcome<CoordinatedEntity> {
    return this.#afterCleaning((now) => {
      const entity = this.#store.get(entityId);
      if (!entity) return refuse("not_found", { message: "There is no such entity." });
      if (entity.claimedBy !== containerId)
        return refuse("conflict", { message: "This container does not hold that entity." });
      if (fencing !== undefined && fencing !== entity.fencing)
        return refuse("conflict", { message: "That claim is over: the fencing number is old." });
      return succeed(this.#save(rule(entity, now)));
    });
  }

  #afterCleaning<T>(act: (now: number) => T): T {
    const now = this.#now();
    return this.#storage.transactionSync(() => {
      for (const entity of this.#store.lapsed(now)) this.#save(rules.afterRelease(entity));
      return act(now);
    });
  }

  #save(entity: CoordinatedEntity): CoordinatedEntity {
    this.#store.save(entity);
    return entity;
  }
}
