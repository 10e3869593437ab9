import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const pages = ["v1-v5", "v6-v8", "v9-v17"].map((chapters) => `docs/security/asvs-${chapters}.md`);
const rows = pages.flatMap((page) =>
  [...readFileSync(page, "utf8").matchAll(/^\| V(\d+)\.(\d+)\.(\d+) +\| (\S+) +\| (.+?) +\|$/gm)].map(
    ([, chapter = "", section = "", number = "", state = "", evidence = ""]) => ({
      id: `${chapter}.${section}.${number}`,
      place: Number(chapter) * 10_000 + Number(section) * 100 + Number(number),
      state,
      evidence,
    }),
  ),
);

test("S1 every requirement of ASVS 5.0 at levels 1 and 2 has its line, once and in order", () => {
  // 70 of level 1 and 183 of level 2.
  expect(rows).toHaveLength(253);
  expect(new Set(rows.map(({ id }) => id)).size).toBe(253);
  const places = rows.map(({ place }) => place);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
});

test("S1 each is met, partly met, open or of no concern, and says why", () => {
  expect(rows.filter(({ state }) => !["met", "partly", "open", "n/a"].includes(state))).toEqual([]);
  expect(rows.filter(({ evidence }) => evidence.length < 5)).toEqual([]);
});

test("S1 every file that is named as evidence exists", () => {
  const named = rows.flatMap(({ id, evidence }) =>
    [...evidence.matchAll(/`((?:src|test|docs|hub)\/[\w./-]+)`/g)].map(([, path = ""]) => ({ id, path })),
  );
  expect(named.length).toBeGreaterThan(100);
  expect(named.filter(({ path }) => !existsSync(path))).toEqual([]);
});
