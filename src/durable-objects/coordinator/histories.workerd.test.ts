import fc from "fast-check";
import { expect, test } from "vitest";
import type { CoordinatedEntity } from "#contracts/coordinator";
import { anEntity, type CoordinatorLife, inCoordinator } from "#test/fakes/coordinator-life.workerd";

const containers = ["a", "b", "c"] as const;
const entityIds = Array.from({ length: 6 }, (_, index) => `twitch:${index}`);

const container = fc.constantFrom(...containers);
const entityId = fc.constantFrom(...entityIds);
const step = fc.oneof(
  fc.record({ do: fc.constant("claim" as const), container, count: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ do: fc.constant("checkin" as const), container }),
  fc.record({ do: fc.constant("heartbeat" as const), container }),
  fc.record({ do: fc.constant("release" as const), container }),
  fc.record({ do: fc.constant("releaseOffline" as const), container }),
  fc.record({ do: fc.constant("status" as const), container, entityId, isLive: fc.boolean() }),
  fc.record({ do: fc.constant("error" as const), container, entityId }),
  fc.record({ do: fc.constant("wait" as const), seconds: fc.integer({ min: 1, max: 420 }) }),
  fc.record({ do: fc.constant("restart" as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** What a container was last told it holds, and since when it may believe that: the spec's rules, from outside. */
type Belief = { container: string; fencing: number; until: number };

function run(life: CoordinatorLife, steps: readonly Step[]): void {
  const { clock } = life;
  let { coordinator } = life;
  const beliefs = new Map<string, Belief>();
  const highest = new Map<string, number>();
  const believe = (entity: CoordinatedEntity, holder: string) => {
    const until = Math.min(entity.lastCheckin ?? 0, clock.now) + 6 * 60_000;
    beliefs.set(entity.entityId, { container: holder, fencing: entity.fencing, until });
  };
  const got = (entities: readonly CoordinatedEntity[], holder: string) => {
    for (const entity of entities) {
      const before = beliefs.get(entity.entityId);
      // Nobody else may still believe in it.
      if (before) expect(before.until, "handed out while held").toBeLessThan(clock.now);
      expect(entity.fencing).toBeGreaterThan(highest.get(entity.entityId) ?? 0);
      expect([entity.claimedBy, entity.status === "error"]).toEqual([holder, false]);
      highest.set(entity.entityId, entity.fencing);
      believe(entity, holder);
    }
  };
  for (const next of steps) {
    if (next.do === "wait") clock.now += next.seconds * 1000;
    if (next.do === "restart") coordinator = life.restart().coordinator;
    if (next.do === "claim")
      got(
        coordinator.claim({ containerId: next.container, maxClaims: next.count, prioritizeLive: true }),
        next.container,
      );
    if (next.do === "checkin" || next.do === "heartbeat") {
      const held =
        next.do === "checkin"
          ? coordinator.checkin(next.container)
          : coordinator.heartbeat(next.container, true);
      for (const entity of held) {
        expect(beliefs.get(entity.entityId)).toMatchObject({
          container: next.container,
          fencing: entity.fencing,
        });
        believe(entity, next.container);
      }
    }
    if (next.do === "release")
      for (const id of coordinator.release(next.container)) {
        expect(beliefs.get(id)?.container).toBe(next.container);
        beliefs.delete(id);
      }
    if (next.do === "releaseOffline") {
      const { released, claimed } = coordinator.releaseOffline(next.container);
      for (const id of released) beliefs.delete(id);
      got(claimed, next.container);
      expect(claimed.filter(({ entityId: id }) => released.includes(id))).toEqual([]);
    }
    if (next.do === "status" || next.do === "error") {
      const report = { containerId: next.container, entityId: next.entityId };
      const outcome =
        next.do === "status"
          ? coordinator.status({ ...report, isLive: next.isLive })
          : coordinator.error({ ...report, message: "x" });
      if (outcome.ok) believe(outcome.value, next.container);
    }
    for (const [id, belief] of beliefs)
      expect(coordinator.validateFence(id, belief.fencing)).toBe(clock.now <= belief.until);
  }
}

test("CRD-1 in any history nobody holds what another holds, and fencing numbers only rise", async () => {
  const history = fc.array(step, { minLength: 20, maxLength: 60 });
  const property = fc.asyncProperty(history, (steps) =>
    inCoordinator((life) => {
      life.coordinator.populate(
        entityIds.map((id) => anEntity(id)),
        false,
      );
      run(life, steps);
    }),
  );
  await fc.assert(property, { numRuns: 60 });
});
