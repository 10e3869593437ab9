import { describe, expect, test } from "vitest";
import { communitySlug } from "#contracts/community";
import { isReserved, nameKey, nextSlug, slugFrom } from "#db/communities/names";

describe("COM-6 slugs and names", () => {
  test.each(["pond", "duck-pond", "a1b", "the-99-ducks", "a".repeat(32)])("COM-6 %s is a slug", (slug) => {
    expect(communitySlug.safeParse(slug).success).toBe(true);
  });

  test.each([
    ["too short", "ab"],
    ["too long", "a".repeat(33)],
    ["a number", "123"],
    ["begins with a digit", "1pond"],
    ["a hyphen at its end", "pond-"],
    ["two hyphens", "duck--pond"],
    ["capitals", "Pond"],
    ["a Cyrillic letter", "p\u043end"],
    ["full-width letters", "\uff50\uff4f\uff4e\uff44"],
    ["an unseen character", "po\u200bnd"],
    ["a path", "../admin"],
    ["a line break at its end", "pond\n"],
    ["punycode", "xn--pnd-fma"],
  ])("COM-6 %s is none", (_, slug) => {
    expect(communitySlug.safeParse(slug).success).toBe(false);
  });

  test.each([
    "waddlebot-global",
    "WaddleBot Global",
    "waddleb0t-g1obal",
    "w\u0430ddlebot",
    "vvaddlebot",
    "wad-dle-bot",
    "\u24e6\u24d0\u24d3\u24d3\u24db\u24d4\u24d1\u24de\u24e3",
    "wa\u200bddlebot",
    "the official waddlebot",
    "admin",
    "Adm\u0456n",
    "adrnin",
    "api",
    "supp0rt",
  ])("COM-6 %s is the house's", (word) => {
    expect(isReserved(word)).toBe(true);
  });

  test.each(["pond", "Team Duck", "administrative ducks", "Globalists", "Apiary"])(
    "COM-6 %s is anybody's",
    (word) => {
      expect(isReserved(word)).toBe(false);
    },
  );

  test("COM-6 names that look the same have one key", () => {
    const keys = ["Duck Pond", "duck-pond", "D\u03c5\u0441k  Pond", "DUCK\u200b POND", "\u{1d403}uck pond"];
    expect(new Set(keys.map(nameKey))).toEqual(new Set(["duckpond"]));
    expect(nameKey("Teich")).not.toBe(nameKey("Reich"));
    expect(nameKey("🦆🦆")).toBe("");
  });

  test("COM-6 a slug comes of a name where there is one in it", () => {
    expect(slugFrom("The Duck's Pond!")).toBe("the-duck-s-pond");
    expect(slugFrom("アヒル")).toBeUndefined();
    expect(slugFrom("99 ducks")).toBeUndefined();
    for (const slug of [slugFrom(`${"ab ".repeat(20)}`), nextSlug(undefined, "a1b2")])
      expect(communitySlug.safeParse(slug).success, slug).toBe(true);
    expect(nextSlug("a".repeat(32), "a1b2")).toBe(`${"a".repeat(27)}-a1b2`);
  });
});
