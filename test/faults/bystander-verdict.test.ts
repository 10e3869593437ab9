import { describe, expect, test } from "vitest";
import { makeRandom, type Random } from "#simulators/random";
import {
  judge,
  looks,
  percentile,
  type Slices,
  type Verdict,
  wouldNotice,
} from "#test/faults/bystander-verdict";

const firstLook = Math.min(...looks);
const lastLook = Math.max(...looks);

/** Slices of fifty answers: a usual time, a long tail, and now and then a stall of the machine that hits a whole slice. */
function makeSlices(count: number, rise: number, stalls: number, random: Random): number[][] {
  return Array.from({ length: count }, () => {
    const stall = random.chance(stalls) ? 3 : 1;
    return Array.from({ length: 50 }, () => rise * stall * (5 + 10 * random.next() ** 8));
  });
}

const share = (wanted: Verdict, rise: number, stalls: number, seeds = 12) => {
  const verdicts = Array.from({ length: seeds }, (_, seed) => {
    const random = makeRandom(seed);
    const slices = {
      calm: makeSlices(60, 1, stalls, random),
      disturbed: makeSlices(60, rise, stalls, random),
    };
    return judge(slices, firstLook, random).verdict;
  });
  return verdicts.filter((one) => one === wanted).length / verdicts.length;
};

describe("P4 the verdict on bystanders", () => {
  test("no rise passes, a rise of half fails, on a quiet machine", { timeout: 30_000 }, () => {
    expect(share("passed", 1, 0)).toBe(1);
    expect(share("failed", 1.5, 0)).toBe(1);
  });

  test("a rise of a quarter hardly ever passes, however often the machine stalls", {
    timeout: 30_000,
  }, () => {
    for (const stalls of [0, 0.02, 0.2])
      expect(share("passed", 1.25, stalls), `stalls ${stalls}`).toBeLessThan(0.1);
  });

  test("too few rounds prove nothing, and what is still open after the most is no pass", () => {
    const random = makeRandom(1);
    const few: Slices = { calm: makeSlices(10, 1, 0, random), disturbed: makeSlices(10, 1, 0, random) };
    expect(judge(few, 1, random).verdict).toBe("open");
    const wild = { calm: [[1], [100]], disturbed: [[1], [100]] };
    expect(judge(wild, lastLook, random).verdict).toBe("undecided");
  });

  test("answers that never came are above every limit", () => {
    const random = makeRandom(1);
    const never = { calm: [[1], [1]], disturbed: [[Number.POSITIVE_INFINITY], [Number.POSITIVE_INFINITY]] };
    expect(judge(never, firstLook, random).verdict).toBe("failed");
  });

  test("slices that could not have shown a rise are found out", () => {
    const random = makeRandom(2);
    const good: Slices = { calm: makeSlices(60, 1, 0, random), disturbed: makeSlices(60, 1, 0, random) };
    expect(wouldNotice(good, firstLook, random)).toBe(true);
  });

  test("a percentile is the nearest rank", () => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([percentile(values, 0.5), percentile(values, 0.99), percentile([], 0.99)]).toEqual([
      51,
      100,
      Number.NaN,
    ]);
  });
});
