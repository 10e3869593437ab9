import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { checkAuditChain } from "#db/audit";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { sha256Hex } from "#lib/sha256";
import {
  createKey,
  disableKey,
  findKey,
  getKey,
  listKeys,
  type NewKey,
  rotateKey,
  touchKey,
} from "#workers/api/access/key-store";
import { formatKey, makeKey } from "#workers/api/access/key-text";
import { verifyKey } from "#workers/api/access/verify-key";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  await database.db.execute(
    sql`INSERT INTO communities (id, slug, name) VALUES (1, 'a', 'A'), (2, 'b', 'B')`,
  );
});
afterAll(async () => {
  await database?.close();
});

const by = { actor: "tester", ipHash: null, userAgent: null, requestId: "r1" };
let key = makeKey("test");
beforeEach(() => {
  key = makeKey("test");
});

async function store(facts: Partial<NewKey> = {}): Promise<boolean> {
  const { id, secret } = key;
  const secretHash = await sha256Hex(secret);
  const limits = { limitPerMinute: null, limitPerHour: null };
  const base: NewKey = {
    id,
    name: "pond",
    secretHash,
    roles: ["trigger"],
    scopes: [],
    communityId: null,
    expiresAt: null,
    ...limits,
  };
  return createKey(database.db, { ...base, ...facts }, by);
}

const verify = () =>
  verifyKey(formatKey(key), { find: (id) => findKey(database.db, id), now: () => Date.now() });

async function notedActions(): Promise<unknown[]> {
  const { rows } = await database.db.execute(
    sql`SELECT action FROM audit_log WHERE resource_id = ${key.id} ORDER BY id`,
  );
  return rows.map((row) => row["action"]);
}

test("a stored key is found with its roles, scopes and limits", async () => {
  const expiresAt = new Date(Date.now() + 60_000);
  await store({
    roles: ["trigger", "user"],
    scopes: ["a:read", 'odd"{,}'],
    communityId: 2,
    limitPerMinute: 7,
    expiresAt,
  });
  expect(await verify()).toMatchObject({
    id: key.id,
    roles: ["trigger", "user"],
    scopes: ["a:read", 'odd"{,}'],
    communityId: 2,
    limitPerMinute: 7,
    limitPerHour: null,
    expiresAt: expiresAt.getTime(),
  });
});

test("GW-6 a disabled key is refused; again changes nothing and notes nothing", async () => {
  await store();
  expect(await verify()).toBeDefined();
  expect(await disableKey(database.db, key.id, null, by)).toBe("changed");
  expect(await verify()).toBeUndefined();
  expect(await disableKey(database.db, key.id, null, by)).toBe("unchanged");
  expect(await notedActions()).toEqual(["api_key.create", "api_key.disable"]);
});

test("a rotated key has a new secret, and the old one opens nothing", async () => {
  await store();
  const old = formatKey(key);
  key = { id: key.id, secret: makeKey("test").secret };
  const secretHash = await sha256Hex(key.secret);
  expect(await rotateKey(database.db, { id: key.id, scope: null, secretHash }, by)).toBe("changed");
  expect(await verify()).toBeDefined();
  expect(await verifyKey(old, { find: (id) => findKey(database.db, id), now: Date.now })).toBeUndefined();
  await disableKey(database.db, key.id, null, by);
  expect(await rotateKey(database.db, { id: key.id, scope: null, secretHash }, by)).toBe("unchanged");
});

describe("threat 4: a caller of one community", () => {
  test("neither sees nor changes another's keys", async () => {
    await store({ communityId: 2 });
    expect(await getKey(database.db, key.id, 1)).toBeUndefined();
    expect(await disableKey(database.db, key.id, 1, by)).toBe("missing");
    const all = { limit: 1000, offset: 0, includeInactive: true };
    expect((await listKeys(database.db, 1, all)).map(({ id }) => id)).not.toContain(key.id);
    expect((await listKeys(database.db, 2, all)).map(({ id }) => id)).toContain(key.id);
    expect(await verify()).toBeDefined();
  });

  test("a community that does not exist gets no key and no audit row", async () => {
    expect(await store({ communityId: 999 })).toBe(false);
    expect(await notedActions()).toEqual([]);
  });
});

test("HRD-9 neither the table nor the audit log holds a secret, and nothing shown holds its hash", async () => {
  await store();
  const hash = await sha256Hex(key.secret);
  const dump = JSON.stringify([
    (await database.db.execute(sql`SELECT * FROM audit_log`)).rows,
    await getKey(database.db, key.id, null),
  ]);
  expect(dump).not.toContain(hash);
  expect(dump).not.toContain(key.secret);
  const keys = JSON.stringify((await database.db.execute(sql`SELECT * FROM api_keys`)).rows);
  expect(keys).not.toContain(key.secret);
  expect((await checkAuditChain(database.db)).firstBrokenId).toBeNull();
});

test("the last use is noted once a minute", async () => {
  await store();
  await touchKey(database.db, key.id);
  const first = (await getKey(database.db, key.id, null))?.lastUsedAt;
  expect(first).toBeInstanceOf(Date);
  await touchKey(database.db, key.id);
  expect((await getKey(database.db, key.id, null))?.lastUsedAt).toEqual(first);
});
