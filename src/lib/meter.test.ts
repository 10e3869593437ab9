import { expect, test } from "vitest";
import { Meter, quantileOf } from "#lib/meter";

const bounds = [0.1, 1, 10];

test("what is counted under the same labels, in any order, is one series; taking empties it", () => {
  const meter = new Meter(bounds);
  meter.count("c", { a: "1", b: "2" });
  meter.count("c", { b: "2", a: "1" }, 4);
  meter.count("c", { a: "1", b: "3" });
  expect(meter.take()).toEqual([
    { family: "c", labels: { a: "1", b: "2" }, value: 5 },
    { family: "c", labels: { a: "1", b: "3" }, value: 1 },
  ]);
  expect(meter.take()).toEqual([]);
});

test("labels that could run into each other are two series", () => {
  const meter = new Meter(bounds);
  meter.count("c", { a: '1","b' });
  meter.count("c", { a: "1", b: "" });
  expect(meter.size).toBe(2);
});

test("an observation falls into the first bucket that holds it, and what exceeds all into the last", () => {
  const meter = new Meter(bounds);
  for (const seconds of [0.1, 0.5, 1, 99]) meter.observe("h", {}, seconds);
  const other = new Meter(bounds);
  other.add(meter.read());
  other.add(meter.take());
  expect(other.read()).toEqual([{ family: "h", labels: {}, value: 201.2, buckets: [2, 4, 0, 2] }]);
});

test.each([
  [[0, 0, 0, 0], 0.5, null],
  [[10, 0, 0, 0], 0.5, 0.05],
  [[5, 5, 0, 0], 0.5, 0.1],
  [[0, 10, 0, 0], 0.95, 0.955],
  [[0, 0, 0, 3], 0.5, 10],
])("of %j the share %d lies below %d", (buckets, share, expected) => {
  const value = quantileOf(buckets, bounds, share);
  if (expected === null) expect(value).toBeNull();
  else expect(value).toBeCloseTo(expected, 6);
});
