import { expect, test } from "vitest";
import { compareLines, describeDifference } from "#test/model/compare";
import { Farm } from "#test/model/farm.workerd";
import { makeSteps } from "#test/model/make-steps";
import { makeWorld } from "#test/model/make-world";
import { predict } from "#test/model/predict";

test("N1 N2 N3 N4 T2 what 10,000 random events over 50 channels lead to is what the reference model predicts", async () => {
  const world = makeWorld(50);
  const steps = makeSteps(world, { seed: 20_261_121, events: 10_000 });
  const predicted = predict(world, steps);
  const difference = compareLines(predicted, await new Farm(world).play(steps));
  expect(countKinds(predicted)).toEqual(
    expect.objectContaining(Object.fromEntries(kinds.map((kind) => [kind, expect.any(Number)]))),
  );
  expect(difference, describeDifference(difference)).toEqual({ missing: [], extra: [] });
}, 120_000);

/** Every kind of effect is part of the play, or its absence would pass for agreement. */
const kinds = [
  ...[
    "say",
    "unsaid",
    "tell",
    "call",
    "tries",
    "show",
    "charge",
    "post",
    "word",
    "log",
    "dead",
    "person",
    "rule",
  ],
];

function countKinds(lines: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of lines) {
    const kind = line.slice(0, line.indexOf("|"));
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}
