import { expect, test } from "vitest";
import { hashPassword, isPassword } from "#lib/password-hash";

test("a password opens its own hash, in either spelling of an accent, and no other does", async () => {
  const hash = await hashPassword("Entenb\u00fcrzel-7");
  expect(hash).toMatch(/^scrypt\$16384\$8\$5\$/);
  expect(hash).not.toContain("Enten");
  expect(await isPassword("Entenbu\u0308rzel-7", hash)).toBe(true);
  for (const wrong of ["Entenb\u00fcrzel-8", "entenb\u00fcrzel-7", "", " Entenb\u00fcrzel-7"])
    expect(await isPassword(wrong, hash), wrong).toBe(false);
});

test("the same password twice is two hashes", async () => {
  expect(await hashPassword("same-Same-1")).not.toBe(await hashPassword("same-Same-1"));
});

test("what is no hash is nobody's password, the empty one and the one of nobody included", async () => {
  for (const stored of [undefined, "", "scrypt$1$8$5$AAAA$AAAA", "plain"])
    for (const typed of ["", "plain", "anything"]) expect(await isPassword(typed, stored)).toBe(false);
});
