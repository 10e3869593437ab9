import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { longest, placeOf } from "#tools/layers/longest-first";
import { inProject } from "#tools/paths";

test("every file that is to begin first is there, and begins before those that are not named", () => {
  expect(longest.filter((file) => !existsSync(inProject(file)))).toEqual([]);
  const places = [...longest, "src/lib/must.test.ts"].map((file) => placeOf(inProject(file)));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(new Set(places).size).toBe(places.length);
});
