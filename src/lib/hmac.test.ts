import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { concatBytes, verifyHmacSha256 } from "#lib/hmac";

const secret = "a secret of some length";
const message = concatBytes("id", Uint8Array.of(0, 255), "ü");
const good = createHmac("sha256", secret).update(message).digest("hex");

describe("verifyHmacSha256", () => {
  test("accepts what node:crypto signed", async () => {
    expect(await verifyHmacSha256(secret, message, good)).toBe(true);
  });

  test("RFC 4231 test case 2", async () => {
    const digest = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    const text = concatBytes("what do ya want for nothing?");
    expect(await verifyHmacSha256("Jefe", text, digest)).toBe(true);
  });

  test.each([
    ["upper case", good.toUpperCase()],
    ["one digit short", good.slice(1)],
    ["one digit long", `${good}0`],
    ["not hex", `g${good.slice(1)}`],
    ["white space", ` ${good}`],
    ["a line end", `${good}\n`],
    ["twice", `${good}, ${good}`],
    ["empty", ""],
    ["full-width digits", "０".repeat(64)],
  ])("refuses a signature that is %s", async (_, signature) => {
    expect(await verifyHmacSha256(secret, message, signature)).toBe(false);
  });

  test("refuses another secret, another message and an empty secret", async () => {
    expect(await verifyHmacSha256("another", message, good)).toBe(false);
    expect(await verifyHmacSha256(secret, concatBytes("id"), good)).toBe(false);
    const unkeyed = createHmac("sha256", "").update(message).digest("hex");
    expect(await verifyHmacSha256("", message, unkeyed)).toBe(false);
  });

  test("refuses every single-bit change of the signature", async () => {
    for (let at = 0; at < good.length * 8; at++) {
      const flipped = [...good].map((digit, index) =>
        index === at >> 3 ? String.fromCharCode(digit.charCodeAt(0) ^ (1 << (at & 7))) : digit,
      );
      expect(await verifyHmacSha256(secret, message, flipped.join(""))).toBe(false);
    }
  });
});

test("concatBytes puts text as UTF-8 and bytes as they are", () => {
  expect([...concatBytes("v0:", Uint8Array.of(0xff), "é")]).toEqual([0x76, 0x30, 0x3a, 0xff, 0xc3, 0xa9]);
});
