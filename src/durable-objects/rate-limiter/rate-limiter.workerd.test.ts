import { env, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";

let buckets = 0;
const aBucket = () => env.RATE_LIMITER.get(env.RATE_LIMITER.idFromName(`bucket-${++buckets}`));
const perMinute = (limit: number, name = "router") => [{ name, windows: [{ limit, windowMs: 60_000 }] }];

test("RLM-2 of 1,000 parallel calls through two stubs exactly as many pass as the limit says", async () => {
  const name = `bucket-${++buckets}`;
  const stubs = [0, 1].map(() => env.RATE_LIMITER.get(env.RATE_LIMITER.idFromName(name)));
  const answers = await Promise.all(
    Array.from({ length: 500 }, () => stubs.map((stub) => stub.take(perMinute(60)))).flat(),
  );
  expect(answers.filter(({ isAllowed }) => isAllowed)).toHaveLength(60);
});

test("RLM-2 the object's sleep opens no window", async () => {
  const bucket = aBucket();
  for (let call = 0; call < 3; call++)
    expect(await bucket.take(perMinute(3))).toMatchObject({ isAllowed: true });
  await evictDurableObject(bucket);
  expect(await bucket.take(perMinute(3))).toMatchObject({ isAllowed: false, limit: 3, remaining: 0 });
  expect(await bucket.take(perMinute(3, "marketplace"))).toMatchObject({ isAllowed: true, remaining: 2 });
});

test("RLM-4 once no window counts anything, nothing is stored, and the bucket still works", async () => {
  const bucket = aBucket();
  await bucket.take(perMinute(1));
  await runInDurableObject(bucket, (_, state) => {
    state.storage.sql.exec("UPDATE hits SET at = at - 3600001");
  });
  await evictDurableObject(bucket);
  expect(await runDurableObjectAlarm(bucket)).toBe(true);
  await runInDurableObject(bucket, async (_, state) => {
    const tables = state.storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'hits'").toArray();
    expect(tables).toEqual([]);
    expect(await state.storage.getAlarm()).toBeNull();
  });
  expect(await bucket.take(perMinute(1))).toMatchObject({ isAllowed: true });
});

test("the alarm keeps what still counts", async () => {
  const bucket = aBucket();
  await bucket.take(perMinute(1));
  expect(await runDurableObjectAlarm(bucket)).toBe(true);
  expect(await bucket.take(perMinute(1))).toMatchObject({ isAllowed: false });
});
