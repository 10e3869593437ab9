import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { describeCaught, wasCaught } from "#tools/fault-runs/run-variants";
import { variants } from "#tools/fault-runs/variants";

test("every variant's test is still in its file, under its title", () => {
  const gone = variants.filter(({ file, title }) => !readFileSync(file, "utf8").includes(title));
  expect(gone.map(({ file, title }) => `${file}: ${title}`)).toEqual([]);
});

test("every promise that a process of ours can break has a variant", () => {
  const promised = ["P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9"];
  const broken = new Set(variants.map(({ property }) => property.split(" ")[0]));
  expect(promised.filter((promise) => !broken.has(promise))).toEqual([]);
});

test("a variant is caught when its test ran green, and a table of tests when each of them did", () => {
  const variant = {
    property: "P1",
    variant: "v",
    layer: "node" as const,
    file: "test/a.test.ts",
    title: "%s is noticed (once)",
  };
  const ran = (title: string, status: string) => ({ file: "/project/test/a.test.ts", title, status });
  const first = ran("one is noticed (once)", "passed");
  expect(wasCaught(variant, [first])).toBe(true);
  expect(wasCaught(variant, [first, ran("two is noticed (once)", "failed")])).toBe(false);
  expect(wasCaught(variant, [ran("one is noticed (once)", "skipped")])).toBeUndefined();
  expect(wasCaught(variant, [{ ...first, file: "/project/test/b.test.ts" }])).toBeUndefined();
  expect(describeCaught([{ ...variant, isCaught: false }])).toContain("NOT CAUGHT");
});
