import { expect, test } from "vitest";
import { de } from "./de.ts";
import { en } from "./en.ts";
import { isLanguage, pickLanguage } from "./pick-language.ts";

type Leaf = { path: string; value: unknown };

function leaves(value: unknown, path = ""): Leaf[] {
  if (typeof value !== "object" || value === null) return [{ path, value }];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === "" ? key : `${path}.${key}`));
}

const say = (leaf: Leaf): unknown =>
  typeof leaf.value === "function" ? leaf.value("Pingu", "Twitch") : leaf.value;

test("German has exactly the texts English has", () => {
  const paths = (texts: unknown) => leaves(texts).map((leaf) => leaf.path);
  expect(paths(de).toSorted()).toEqual(paths(en).toSorted());
});

test("no text is empty, and a text with a blank to fill fills it in both languages", () => {
  for (const [english, german] of leaves(en).map((leaf, index) => [leaf, leaves(de)[index]] as const)) {
    for (const leaf of [english, german]) expect(String(say(leaf ?? english)).trim()).not.toBe("");
    if (typeof english.value !== "function") continue;
    expect(String(say(english))).toMatch(/Pingu|Twitch/);
    expect(String(say(german ?? english))).toMatch(/Pingu|Twitch/);
  }
});

test("the browser's first language we speak wins, whatever its region; English when there is none", () => {
  expect(pickLanguage(["fr-FR", "de-AT", "en-US"])).toBe("de");
  expect(pickLanguage(["EN-gb", "de"])).toBe("en");
  expect(pickLanguage(["", "pt-BR"])).toBe("en");
  expect(pickLanguage([])).toBe("en");
  expect(isLanguage("constructor")).toBe(false);
});
