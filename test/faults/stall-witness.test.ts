import { expect, test } from "vitest";
import { overlapsStall } from "#test/faults/stall-witness";

test("P4 an answer is set aside when the machine stood still during it, at its start or at its end, not beside it", () => {
  const stalls = [{ from: 10, to: 20 }];
  const answers = [
    { from: 0, to: 11 },
    { from: 12, to: 18 },
    { from: 19, to: 30 },
    { from: 0, to: 10 },
    { from: 20, to: 30 },
  ];
  expect(answers.map((answer) => overlapsStall(stalls, answer))).toEqual([true, true, true, false, false]);
});
