import { expect, test } from "vitest";
import { equalSecrets } from "#lib/equal-secrets";
import { sha256Hex } from "#lib/sha256";
import { formatKey, makeKey } from "#workers/api/access/key-text";
import { type KeyRecord, verifyKey } from "#workers/api/access/verify-key";

const key = makeKey("test");

async function aRecord(facts: Partial<KeyRecord> = {}): Promise<KeyRecord> {
  return {
    id: key.id,
    name: "pond",
    secretHash: await sha256Hex(key.secret),
    roles: ["trigger"],
    scopes: [],
    communityId: null,
    limitPerMinute: null,
    limitPerHour: null,
    isActive: true,
    expiresAt: null,
    ...facts,
  };
}

/** Verifies and writes down every step. */
async function steps(text: string, record: KeyRecord | undefined) {
  const taken: string[] = [];
  const found = await verifyKey(text, {
    find: async (id) => {
      taken.push("find");
      return record?.id === id ? record : undefined;
    },
    now: () => 1000,
    hash: (secret) => {
      taken.push("hash");
      return sha256Hex(secret);
    },
    equal: (given, expected) => {
      taken.push(`compare ${given.length} with ${expected?.length}`);
      return equalSecrets(given, expected);
    },
  });
  return { found, taken };
}

test("a right key is found with what it may do", async () => {
  const record = await aRecord({ expiresAt: 1001 });
  expect(await verifyKey(formatKey(key), { find: async () => record, now: () => 1000 })).toEqual(record);
});

test("threat 17: an unknown id takes exactly the steps of a wrong secret", async () => {
  const record = await aRecord();
  const wrongSecret = await steps(formatKey({ ...makeKey("test"), id: key.id }), record);
  const unknownId = await steps(formatKey(makeKey("test")), record);
  expect(wrongSecret).toEqual({ found: undefined, taken: ["find", "hash", "compare 64 with 64"] });
  expect(unknownId).toEqual(wrongSecret);
});

test.each([
  ["GW-6 disabled", { isActive: false }],
  ["expired", { expiresAt: 1000 }],
])("%s: refused like any other", async (_, facts) => {
  expect((await steps(formatKey(key), await aRecord(facts))).found).toBeUndefined();
});
