import { afterEach, expect, test, vi } from "vitest";
import { PlainError } from "#tools/plain-error";
import { type Generator, runGenerator } from "#tools/scaffold/run-generator";

const printed: string[] = [];
const print = (line: string) => printed.push(line);
vi.spyOn(console, "log").mockImplementation(print);
vi.spyOn(console, "error").mockImplementation(print);

afterEach(() => {
  printed.length = 0;
  process.exitCode = undefined;
});

/** Writes one file that needs no formatter, and says whether that was undone. */
function aGenerator(facts: Partial<Generator> = {}) {
  const state = { isUndone: false };
  const undo = () => {
    state.isUndone = true;
  };
  const create = (name: string) => ({ files: [`${name}.json`], undo });
  const generator = { usage: "how to", create, next: (name: string) => `${name} is there`, ...facts };
  return { generator, state };
}

test("what was written is listed, and what comes next is said", async () => {
  const { generator, state } = aGenerator({ renew: async () => ["types"] });
  await runGenerator(generator, ["dice"]);
  expect(printed).toEqual(["  dice.json", "  types", "dice is there"]);
  expect([state.isUndone, process.exitCode]).toEqual([false, undefined]);
});

test("what fails after the writing is undone, and the reason is one sentence", async () => {
  const renew = async () => {
    throw new PlainError("The types do not fit.");
  };
  const { generator, state } = aGenerator({ renew });
  await runGenerator(generator, ["dice"]);
  expect(printed).toEqual(["The types do not fit."]);
  expect([state.isUndone, process.exitCode]).toEqual([true, 1]);
});

test.each([
  [[], 1],
  [["a", "b"], 1],
  [["-x"], 1],
  [["--help"], 0],
])("%j shows how to use it", async (args, exitCode) => {
  await runGenerator(aGenerator().generator, args);
  expect([printed, process.exitCode]).toEqual([["how to"], exitCode]);
});
