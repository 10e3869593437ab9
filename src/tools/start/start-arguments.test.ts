import { expect, test } from "vitest";
import { parseStartArguments, startHelp } from "#tools/start/start-arguments";

const defaults = { port: 8787, isFresh: false, isVerbose: false, isHelp: false };

test("without arguments: port 8787, data kept, quiet", () => {
  expect(parseStartArguments([])).toEqual(defaults);
});

test("every flag is understood, and the help names each", () => {
  const all = ["--port", "9000", "--fresh", "--verbose", "--help"];
  expect(parseStartArguments(all)).toEqual({ port: 9000, isFresh: true, isVerbose: true, isHelp: true });
  for (const word of ["--port", "--fresh", "--verbose", "--help", "DATABASE_URL", "IRC_NETWORKS"]) {
    expect(startHelp).toContain(word);
  }
});

test.each(["0", "65536", "-1", "80a", "1e3", ""])("--port %j is refused with a sentence", (port) => {
  expect(() => parseStartArguments([`--port=${port}`])).toThrow(
    `--port wants a number from 1 to 65535, not "${port}".`,
  );
});

test("an unknown flag or word is refused and points to the help", () => {
  expect(() => parseStartArguments(["--prot", "1"])).toThrow("see npm start -- --help");
  expect(() => parseStartArguments(["now"])).toThrow("see npm start -- --help");
});
