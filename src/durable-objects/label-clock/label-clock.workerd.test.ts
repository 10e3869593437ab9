import { env, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { beforeEach, expect, test } from "vitest";
import { labelWorld } from "#test/fakes/test-worker.workerd";

let communities = 500;

function aClock() {
  const communityId = ++communities;
  return { communityId, clock: env.LABEL_CLOCK.get(env.LABEL_CLOCK.idFromName(String(communityId))) };
}
type Clock = ReturnType<typeof aClock>["clock"];
const alarmOf = (clock: Clock) => runInDurableObject(clock, (_, state) => state.storage.getAlarm());
const later = (minutes: number) => Date.now() + minutes * 60_000;

beforeEach(() => {
  labelWorld.ran = [];
  labelWorld.next = () => undefined;
});

test("LBL-4 the earliest end decides when it wakes", async () => {
  const { communityId, clock } = aClock();
  const [first, second] = [later(20), later(10)];
  await clock.wakeBy(communityId, first);
  await clock.wakeBy(communityId, second);
  await clock.wakeBy(communityId, first);
  expect(await alarmOf(clock)).toBe(second);
});

test("LBL-4 it does what is due in its own community and sleeps until the next end; without one it has no alarm", async () => {
  const { communityId, clock } = aClock();
  const next = later(30);
  labelWorld.next = () => next;
  await clock.wakeBy(communityId, later(10));
  expect(await runDurableObjectAlarm(clock)).toBe(true);
  expect(labelWorld.ran).toEqual([communityId]);
  expect(await alarmOf(clock)).toBe(next);
  labelWorld.next = () => undefined;
  expect(await runDurableObjectAlarm(clock)).toBe(true);
  expect(await alarmOf(clock)).toBeNull();
  expect(await runDurableObjectAlarm(clock)).toBe(false);
  expect(labelWorld.ran).toHaveLength(2);
});

test("what is past already is done a second later, not at once and for ever", async () => {
  const { communityId, clock } = aClock();
  labelWorld.next = () => 1;
  await clock.wakeBy(communityId, later(1));
  const before = Date.now();
  await runDurableObjectAlarm(clock);
  expect(await alarmOf(clock)).toBeGreaterThanOrEqual(before + 1000);
});

test("a run that failed is tried again, and nothing of it is lost", async () => {
  const { communityId, clock } = aClock();
  labelWorld.next = () => {
    throw new Error("the database is away");
  };
  await clock.wakeBy(communityId, later(1));
  await runDurableObjectAlarm(clock);
  expect(await alarmOf(clock)).not.toBeNull();
  labelWorld.next = () => undefined;
  expect(await runDurableObjectAlarm(clock)).toBe(true);
  expect(labelWorld.ran).toEqual([communityId, communityId]);
});

test("one that was told of while it ran is not slept over", async () => {
  const { communityId, clock } = aClock();
  const soon = later(5);
  labelWorld.next = () => later(60);
  await clock.wakeBy(communityId, later(1));
  await runDurableObjectAlarm(clock);
  await clock.wakeBy(communityId, soon);
  expect(await alarmOf(clock)).toBe(soon);
});
