import { expect, test } from "vitest";
import { growthOfMedians, growthOfTroughs, residentBytes } from "#test/e2e/resident-memory";

const sawtooth = Array.from({ length: 90 }, (_, index) => (200 + (index % 15) * 4) * 2 ** 20);
const leak = sawtooth.map((bytes, index) => bytes + index * 2 ** 20);

test("a heap that goes up and down has not grown, one that only goes up has", () => {
  expect(growthOfTroughs(sawtooth)).toEqual({ first: 200, last: 200, grown: 0 });
  expect(growthOfTroughs(leak).grown).toBe(60);
  expect(Math.abs(growthOfMedians(sawtooth).grown)).toBeLessThan(5);
  expect(growthOfMedians(leak).grown).toBeGreaterThan(50);
});

test.runIf(process.platform === "linux")("this very process has something in memory", () => {
  expect(residentBytes(process.pid)).toBeGreaterThan(2 ** 24);
  expect(residentBytes(undefined)).toBeUndefined();
});
