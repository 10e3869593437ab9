import { expect, test } from "vitest";
import { makeProgress } from "#tools/start/progress";

function makeOutput(isTerminal: boolean) {
  let clock = 0;
  const written: string[] = [];
  const progress = makeProgress({ write: (text) => written.push(text), isTerminal, now: () => clock });
  return { progress, written, pass: (ms: number) => (clock += ms) };
}

test("a step ends with its name and seconds, and gives its result", async () => {
  const { progress, written, pass } = makeOutput(false);
  expect(await progress.step("Baking", async () => pass(1500))).toBe(1500);
  expect(written).toEqual(["  Baking (1.5 s)\n"]);
});

test("a failed step says so and passes its error on", async () => {
  const { progress, written } = makeOutput(false);
  const failing = progress.step("Baking", () => Promise.reject(new Error("burnt")));
  await expect(failing).rejects.toThrow("burnt");
  expect(written).toEqual(["  Baking: failed after 0.0 s\n"]);
});

test("on a terminal the step is shown at once, before it is done", async () => {
  const { progress, written } = makeOutput(true);
  await progress.step("Baking", async () => {
    expect(written.join("")).toContain("Baking … 0.0 s");
  });
});
