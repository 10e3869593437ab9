import { expect, test } from "vitest";
import { keyCacheMs, makeKeyCache } from "#workers/api/access/key-cache";
import type { KeyRecord } from "#workers/api/access/verify-key";

const aRecord = (id: string, roles: KeyRecord["roles"] = ["core"]): KeyRecord => ({
  id,
  name: id,
  secretHash: "",
  roles,
  scopes: [],
  communityId: null,
  limitPerMinute: null,
  limitPerHour: null,
  isActive: true,
  expiresAt: null,
});

function counted(record: KeyRecord | undefined) {
  const loads: string[] = [];
  const load = async (id: string) => {
    loads.push(id);
    return record;
  };
  return { loads, load };
}

test("GW-6 a key is asked for again after 30 s, so a disabled one dies within 60", async () => {
  let now = 0;
  const cache = makeKeyCache(() => now);
  const { loads, load } = counted(aRecord("a"));
  await cache.find("a", load);
  now = keyCacheMs - 1;
  await cache.find("a", load);
  expect(loads).toEqual(["a"]);
  now = keyCacheMs;
  await cache.find("a", load);
  expect(loads).toEqual(["a", "a"]);
  cache.forget("a");
  expect(cache.has("a")).toBe(false);
});

test("BRK-4 a super admin's key is asked for every time; so is one that is not there", async () => {
  const cache = makeKeyCache();
  for (const record of [aRecord("a", ["super-admin"]), undefined]) {
    const { loads, load } = counted(record);
    await cache.find("a", load);
    await cache.find("a", load);
    expect(loads).toHaveLength(2);
  }
});

test("memory stays bounded however many keys come by", async () => {
  const cache = makeKeyCache();
  for (let index = 0; index < 1500; index++) await cache.find(`k${index}`, async (id) => aRecord(id));
  expect(cache.has("k0")).toBe(false);
  expect(cache.has("k1499")).toBe(true);
});
