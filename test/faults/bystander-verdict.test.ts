import { describe, expect, test } from "vitest";
import { makeRandom } from "#simulators/random";
import { judgeRounds, percentile, wouldNotice } from "#test/faults/bystander-verdict";

/** Rounds around a true ratio, each off by up to `noise` in either direction; judged as the measurement judges them. */
function measure(trueRatio: number, noise: number, seed: number): "passed" | "failed" {
  const random = makeRandom(seed).fork("rounds");
  const ratios: number[] = [];
  for (;;) {
    ratios.push(trueRatio * (1 + (noise * (random.int(2001) - 1000)) / 1000));
    const verdict = judgeRounds(ratios);
    if (verdict !== "open") return verdict;
  }
}

const passes = (trueRatio: number, noise: number) =>
  Array.from({ length: 400 }, (_, seed) => measure(trueRatio, noise, seed)).filter((one) => one === "passed")
    .length / 400;

describe("P4 the verdict on bystanders", () => {
  test("six rounds below the limit pass; one above asks for more rounds; three above fail at once", () => {
    expect(judgeRounds([1, 1, 1, 1, 1])).toBe("open");
    expect(judgeRounds([1, 1, 1, 1, 1, 1])).toBe("passed");
    expect(judgeRounds([1, 1, 1.2, 1, 1, 1])).toBe("open");
    expect(judgeRounds([1, 1.3, 1.3, 1, 1, 1, 1, 1, 1, 1, 1])).toBe("passed");
    expect(judgeRounds([1, 1.3, 1.3, 1.3])).toBe("failed");
  });

  test("a round without a number counts as above", () => {
    expect(judgeRounds([Number.NaN, Number.POSITIVE_INFINITY, Number.NaN])).toBe("failed");
  });

  test("a rise that is not allowed passes in fewer than one of twenty measurements, however noisy the machine", () => {
    for (const noise of [0.01, 0.2, 0.5, 0.9]) {
      expect(passes(1.21, noise), `noise ${noise}`).toBeLessThan(0.07);
      expect(passes(1.5, noise), `noise ${noise}`).toBeLessThan(0.07);
    }
  });

  test("no rise passes on a machine whose rounds differ by a fifth, and noise alone can only fail", () => {
    expect(passes(1, 0.2)).toBe(1);
    expect(passes(1, 0.9)).toBeLessThan(0.6);
  });

  test("rounds that could not have failed are found out", () => {
    expect(wouldNotice([1, 1.02, 0.98, 1, 1.01, 0.99])).toBe(true);
    expect(wouldNotice([0.5, 0.5, 0.6, 0.5, 0.5, 0.5])).toBe(false);
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
