import { describe, expect, test } from "vitest";
import type { CoordinatedEntity } from "#contracts/coordinator";
import type { Outcome } from "#contracts/outcome";
import { anEntity, inCoordinator, someEntities } from "#test/fakes/coordinator-life.workerd";

const minute = 60_000;
const wish = (containerId: string, maxClaims = 5) => ({ containerId, maxClaims, prioritizeLive: true });
const ids = (entities: readonly { entityId: string }[]) => entities.map(({ entityId }) => entityId);

function entityOf(outcome: Outcome<CoordinatedEntity>): CoordinatedEntity {
  if (!outcome.ok) throw new Error(`refused: ${outcome.code}`);
  return outcome.value;
}

describe("claiming", () => {
  test("CRD-1 ten free entities: five, five others, then none", () =>
    inCoordinator(({ coordinator }) => {
      expect(coordinator.populate(someEntities(10), false)).toEqual({ added: 10, reset: 0 });
      const first = coordinator.claim(wish("a"));
      const second = coordinator.claim(wish("b"));
      expect([first.length, second.length]).toEqual([5, 5]);
      expect(new Set(ids([...first, ...second])).size).toBe(10);
      expect(coordinator.claim(wish("c"))).toEqual([]);
    }));

  test("CRD-2 live ones come first, and of those the one with more viewers", () =>
    inCoordinator(({ coordinator, clock }) => {
      coordinator.populate([...someEntities(3), anEntity("twitch:late", { priority: 200 })], false);
      coordinator.claim(wish("a", 10));
      const tell = (entityId: string, isLive: boolean, viewerCount?: number) =>
        entityOf(coordinator.status({ containerId: "a", entityId, isLive, viewerCount }));
      tell("twitch:1", false);
      tell("twitch:2", true, 10);
      tell("twitch:3", true, 500);
      tell("twitch:late", true, 90_000);
      expect(coordinator.release("a").length).toBe(4);
      expect(ids(coordinator.claim(wish("b", 2)))).toEqual(["twitch:3", "twitch:2"]);
      clock.now += 1;
      expect(ids(coordinator.claim(wish("b")))).toEqual(["twitch:late", "twitch:1"]);
    }));

  test("CRD-2 priority goes before viewers, and the latest activity settles the rest", () =>
    inCoordinator(({ coordinator, clock }) => {
      coordinator.populate([...someEntities(3), anEntity("twitch:vip", { priority: 1 })], false);
      coordinator.claim(wish("a", 10));
      for (const entityId of ["twitch:2", "twitch:3"]) {
        clock.now += 1000;
        entityOf(coordinator.status({ containerId: "a", entityId, hasActivity: true }));
      }
      entityOf(coordinator.status({ containerId: "a", entityId: "twitch:1", isLive: true }));
      coordinator.release("a");
      const inOrder = coordinator.claim({ containerId: "b", maxClaims: 4, prioritizeLive: false });
      expect(ids(inOrder)).toEqual(["twitch:vip", "twitch:3", "twitch:2", "twitch:1"]);
      coordinator.release("b");
      expect(ids(coordinator.claim(wish("b", 1)))).toEqual(["twitch:1"]);
    }));

  test("CRD-3 without a check-in a claim is another's after 6 min 1 s, not after 5 min 59 s", () =>
    inCoordinator(({ coordinator, clock }) => {
      coordinator.populate(someEntities(1), false);
      const [mine] = coordinator.claim(wish("a"));
      clock.now += 5 * minute + 59_000;
      expect(coordinator.claim(wish("b"))).toEqual([]);
      clock.now += 2000;
      const [theirs] = coordinator.claim(wish("b"));
      expect(theirs).toMatchObject({ claimedBy: "b", fencing: (mine?.fencing ?? 0) + 1 });
      // The first one comes back late: nothing of it counts any more.
      expect(coordinator.checkin("a")).toEqual([]);
      expect(coordinator.status({ containerId: "a", entityId: "twitch:1", isLive: true })).toMatchObject({
        code: "conflict",
      });
    }));

  test("CRD-4 a check-in every five minutes keeps a claim for forty; heartbeats alone do not", () =>
    inCoordinator(({ coordinator, clock }) => {
      coordinator.populate(someEntities(2), false);
      const fencing = coordinator.claim(wish("a", 1))[0]?.fencing;
      coordinator.claim(wish("b", 1));
      for (let passed = 0; passed < 40; passed += 5) {
        clock.now += 5 * minute;
        expect(ids(coordinator.checkin("a"))).toEqual(["twitch:1"]);
        coordinator.heartbeat("b", true);
      }
      expect(coordinator.heartbeat("a", true)).toMatchObject([{ claimedBy: "a", fencing }]);
      expect(coordinator.heartbeat("b", true)).toEqual([]);
    }));

  test("CRD-5 three errors: status error, not handed out, until somebody resets it", () =>
    inCoordinator(({ coordinator }) => {
      coordinator.populate(someEntities(1), false);
      coordinator.claim(wish("a"));
      const fail = () =>
        entityOf(coordinator.error({ containerId: "a", entityId: "twitch:1", message: "no such channel" }));
      expect([fail().status, fail().status, fail().status]).toEqual(["available", "available", "error"]);
      coordinator.release("a");
      expect(coordinator.claim(wish("b"))).toEqual([]);
      expect(coordinator.stats()).toMatchObject({ total: 1, available: 0, error: 1 });
      expect(coordinator.populate([], true)).toEqual({ added: 0, reset: 1 });
      expect(ids(coordinator.claim(wish("b")))).toEqual(["twitch:1"]);
    }));

  test("CRD-6 release-offline gives the offline one back and takes another, never the same", () =>
    inCoordinator(({ coordinator }) => {
      coordinator.populate(someEntities(3), false);
      coordinator.claim(wish("a", 2));
      coordinator.status({ containerId: "a", entityId: "twitch:1", isLive: false });
      expect(coordinator.releaseOffline("a")).toMatchObject({
        released: ["twitch:1"],
        claimed: [{ entityId: "twitch:3", claimedBy: "a" }],
      });
      coordinator.status({ containerId: "a", entityId: "twitch:3", isLive: false });
      coordinator.claim(wish("b", 1));
      expect(coordinator.releaseOffline("a")).toEqual({ released: ["twitch:3"], claimed: [] });
    }));
});

describe("what surrounds it", () => {
  test("release with ids lets go of those only, and never of another's", () =>
    inCoordinator(({ coordinator }) => {
      coordinator.populate(someEntities(3), false);
      coordinator.claim(wish("a", 2));
      coordinator.claim(wish("b", 1));
      expect(coordinator.release("a", ["twitch:2", "twitch:3", "twitch:none"])).toEqual(["twitch:2"]);
      expect(coordinator.release("a", [])).toEqual([]);
      expect(coordinator.stats()).toMatchObject({ claimed: 2, available: 1, containers: { a: 1, b: 1 } });
    }));

  test("populate adds only what is missing and leaves claims alone", () =>
    inCoordinator(({ coordinator }) => {
      coordinator.populate(someEntities(1), false);
      coordinator.claim(wish("a"));
      expect(coordinator.populate(someEntities(3), false)).toEqual({ added: 2, reset: 0 });
      const rows = coordinator.entities({ limit: 100 });
      expect(rows.map(({ entityId, claimedBy }) => [entityId, claimedBy])).toEqual([
        ["twitch:1", "a"],
        ["twitch:2", null],
        ["twitch:3", null],
      ]);
    }));

  test("entities are filtered by status, holder and liveness; everything survives an eviction", () =>
    inCoordinator(({ coordinator, restart }) => {
      coordinator.populate([anEntity("irc:host:#a", { config: { name: "#a" }, priority: 5 })], false);
      coordinator.populate(someEntities(3), false);
      coordinator.claim(wish("a", 2));
      coordinator.status({
        containerId: "a",
        entityId: "irc:host:#a",
        isLive: true,
        metadata: { title: "x" },
      });
      const again = restart().coordinator;
      expect(again.entities({ isLive: true, limit: 9 })).toMatchObject([
        { entityId: "irc:host:#a", serverId: "host", channelId: "#a", config: { name: "#a" }, priority: 5 },
      ]);
      expect(again.entities({ isLive: true, limit: 9 })[0]?.metadata).toEqual({ title: "x" });
      expect(ids(again.entities({ claimedBy: "a", limit: 9 }))).toEqual(["irc:host:#a", "twitch:1"]);
      expect(ids(again.entities({ status: "available", isLive: false, limit: 2 }))).toHaveLength(2);
    }));

  test("CRD-3 the old fencing number is refused, from the moment the claim is over", () =>
    inCoordinator(({ coordinator, clock }) => {
      coordinator.populate(someEntities(1), false);
      const old = coordinator.claim(wish("a"))[0]?.fencing ?? 0;
      expect(coordinator.validateFence("twitch:1", old)).toBe(true);
      expect(coordinator.validateFence("twitch:1", old + 1)).toBe(false);
      expect(coordinator.validateFence("twitch:none", old)).toBe(false);
      clock.now += 6 * minute + 1;
      // Nobody has cleaned yet, and it is over all the same.
      expect(coordinator.validateFence("twitch:1", old)).toBe(false);
      const now = coordinator.claim(wish("a"))[0]?.fencing ?? 0;
      expect(now).toBeGreaterThan(old);
      const report = { containerId: "a", entityId: "twitch:1", isLive: true };
      expect(coordinator.status({ ...report, fencing: old })).toMatchObject({ code: "conflict" });
      expect(coordinator.status({ ...report, fencing: now }).ok).toBe(true);
    }));

  test("it wants to wake for the first claim that runs out, and for nothing else", () =>
    inCoordinator(({ coordinator, clock }) => {
      coordinator.populate(someEntities(2), false);
      expect(coordinator.nextWake()).toBeUndefined();
      coordinator.claim(wish("a", 1));
      clock.now += minute;
      coordinator.claim(wish("b", 1));
      expect(coordinator.nextWake()).toBe(clock.now + 5 * minute + 1);
      coordinator.release("a");
      expect(coordinator.nextWake()).toBe(clock.now + 6 * minute + 1);
      clock.now += 6 * minute + 1;
      coordinator.cleanUp();
      expect([coordinator.nextWake(), coordinator.stats().claimed]).toEqual([undefined, 0]);
    }));
});
