import { env, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { someEntities } from "#test/fakes/coordinator-life.workerd";

let objects = 0;
const aCoordinator = () => env.COORDINATOR.get(env.COORDINATOR.idFromName(`platform-${++objects}`));
const wish = (containerId: string) => ({ containerId, maxClaims: 5, prioritizeLive: true });
const armedAt = (stub: ReturnType<typeof aCoordinator>) =>
  runInDurableObject(stub, (_, { storage }) => storage.getAlarm());

test("CRD-1 two claims at the same time get five each, a third gets none", async () => {
  const coordinator = aCoordinator();
  await coordinator.populate(someEntities(10), false);
  const both = await Promise.all([coordinator.claim(wish("a")), coordinator.claim(wish("b"))]);
  expect(both.map((claimed) => claimed.length)).toEqual([5, 5]);
  expect(new Set(both.flat().map(({ entityId }) => entityId)).size).toBe(10);
  expect(await coordinator.claim(wish("c"))).toEqual([]);
});

test("CRD-1 twenty containers that all want everything get it once", async () => {
  const coordinator = aCoordinator();
  await coordinator.populate(someEntities(37), false);
  const all = await Promise.all(
    Array.from({ length: 20 }, (_, index) => coordinator.claim(wish(`container-${index}`))),
  );
  const given = all.flat().map(({ entityId }) => entityId);
  expect([given.length, new Set(given).size]).toEqual([37, 37]);
});

test("CRD-3 a claim that ran out is cleaned by the alarm, which rings only while there are claims", async () => {
  const coordinator = aCoordinator();
  await coordinator.populate(someEntities(2), false);
  expect(await armedAt(coordinator)).toBeNull();
  await coordinator.claim(wish("a"));
  const at = (await armedAt(coordinator)) ?? 0;
  expect(at).toBeGreaterThan(Date.now() + 5 * 60_000);
  expect(at).toBeLessThanOrEqual(Date.now() + 6 * 60_000 + 1);
  // As if the check-in had been seven minutes ago.
  await runInDurableObject(coordinator, (_, { storage }) => {
    storage.sql.exec("UPDATE coordination SET last_checkin = last_checkin - 420000");
  });
  expect(await runDurableObjectAlarm(coordinator)).toBe(true);
  expect(await coordinator.stats()).toMatchObject({ claimed: 0, available: 2, containers: {} });
  expect(await armedAt(coordinator)).toBeNull();
});

test("an alarm that rings too early keeps the claims and rings again", async () => {
  const coordinator = aCoordinator();
  await coordinator.populate(someEntities(1), false);
  await coordinator.claim(wish("a"));
  expect(await runDurableObjectAlarm(coordinator)).toBe(true);
  expect(await coordinator.stats()).toMatchObject({ claimed: 1 });
  expect(await armedAt(coordinator)).not.toBeNull();
  await coordinator.release("a");
  expect(await armedAt(coordinator)).toBeNull();
});

test("CRD-3 two sidecars of one shard: over RPC, too, only the newer number counts", async () => {
  const coordinator = aCoordinator();
  await coordinator.populate(someEntities(1), false);
  const old = (await coordinator.claim(wish("old")))[0]?.fencing ?? 0;
  await coordinator.release("old");
  const young = (await coordinator.claim(wish("young")))[0]?.fencing ?? 0;
  expect(await coordinator.validateFence("twitch:1", old)).toBe(false);
  expect(await coordinator.validateFence("twitch:1", young)).toBe(true);
  const report = { containerId: "old", entityId: "twitch:1", fencing: old, isLive: true };
  expect(await coordinator.status(report)).toMatchObject({ ok: false, code: "conflict" });
});
