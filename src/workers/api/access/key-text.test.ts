import { expect, test } from "vitest";
import { formatKey, makeKey, makeSuperAdminKey, parseKey } from "#workers/api/access/key-text";

test("threat 17: a key says its environment and id, and carries 32 random bytes", () => {
  const key = makeKey("live");
  expect(formatKey(key)).toMatch(/^wb_live_[0-9A-Za-z]{12}_[\w-]{43}$/);
  expect(parseKey(formatKey(key))).toEqual(key);
  expect(Buffer.from(key.secret, "base64url")).toHaveLength(32);
  expect(new Set(Array.from({ length: 200 }, () => formatKey(makeKey("live")))).size).toBe(200);
});

test("a secret with every odd letter of base64url is read back whole", () => {
  for (const fill of [0xff, 0xfb, 0x00, 0x3e]) {
    const key = { id: "wb_test_abcdefABCDEF", secret: Buffer.alloc(32, fill).toString("base64url") };
    expect(parseKey(formatKey(key))).toEqual(key);
  }
});

test("BRK-2 a super admin's key has 64 characters and begins with wbot_", () => {
  const text = formatKey(makeSuperAdminKey());
  expect(text).toHaveLength(64);
  expect(text.startsWith("wbot_")).toBe(true);
});

test("ids are drawn evenly: bytes that would favour the first letters are thrown away", () => {
  const bytes = [255, 250, 248, ...Array.from({ length: 12 }, () => 0)];
  const { id } = makeKey("live", (length) => Uint8Array.from(bytes.splice(0, length)));
  expect(id).toBe("wb_live_000000000000");
});

test.each([
  "",
  "wb_live_short_x",
  "x".repeat(64),
  `wb_live_${"a".repeat(12)}_${"b".repeat(44)}`,
  "wb_live_\n",
])("%j is no key", (text) => expect(parseKey(text)).toBeUndefined());
