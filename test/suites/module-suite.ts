import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { command } from "#contracts/command";
import { moduleResult } from "#contracts/module";
import type { ModuleInProcess } from "#module-kit/run-in-process";
import { anInvocation } from "#test/fakes/an-invocation";
import { registryRows } from "#test/fakes/channel-loop";

export interface ModuleUnderTest {
  /** The folder's name. */
  folder: string;
  makeFake: () => ModuleInProcess;
  /** Names of the tables in its schema.ts; empty when there is none. */
  tableNames: readonly string[];
  /** The text of its wrangler.toml. */
  workerConfig: string;
}

/** Threats row 11: what people type to break a parser, a query, a table or a line. */
const oddInputs = [
  "",
  "__proto__",
  "constructor prototype toString",
  "\uD800",
  "a\uDC00b \uD83D",
  "x".repeat(5000),
  '"unbalanced',
  '"" "',
  "“curly” “open",
  "'; drop table memories_quotes; --",
  "%s %d {user} {arg1} {arg99} $7*7}",
  "\0\u0007\u001b[31m",
  "line\r\nJOIN #x\u2028y",
  "\u202Egnp.exe \u2066x",
  "-1",
  "0",
  "1e9",
  "٣",
  "0x10",
  "99999999999999999999",
  "&|!():*'\\",
  '\\" \\',
  "👩‍👩‍👧‍👦 𝕆𝕕𝕕",
];

/** What every module of ours is asked, alike. A new module is tested by being registered. */
export function describeModule({ folder, makeFake, tableNames, workerConfig }: ModuleUnderTest): void {
  describe(`module ${folder}`, () => {
    const { manifest } = makeFake();
    const rows = registryRows(manifest);

    test("has the name of its folder and of its Worker", () => {
      expect(manifest.name).toBe(folder);
      expect(workerConfig).toContain(`name = "waddlebot-${folder}"`);
      expect(workerConfig).toContain('main = "worker.ts"');
    });

    test("registers each command word once, in a form the registry takes", () => {
      const words = rows.map((row) => row.prefix + row.name);
      expect(new Set(words).size).toBe(words.length);
      for (const row of rows) expect(command.parse(row)).toEqual(row);
    });

    test("explains every command with a usage that begins with its name", () => {
      for (const one of manifest.commands) {
        expect(one.usage.split(" ")[0]).toBe(one.name);
        expect(one.description).not.toBe("");
        for (const example of one.examples ?? []) expect(example).toMatch(/^[!#]\S/);
      }
    });

    test("has a handler for every command, component and event it names", () => {
      const named = manifest.commands.map((one) => one.handler);
      const needed = [...named, ...(manifest.components ?? []), ...(manifest.on.length > 0 ? ["event"] : [])];
      for (const handler of needed) expect(makeFake().handlerNames).toContain(handler);
    });

    test("keeps its tables under its own prefixes", () => {
      for (const name of tableNames) {
        expect(
          manifest.tables.some((prefix) => name.startsWith(`${prefix}_`)),
          name,
        ).toBe(true);
      }
    });

    test("starts with settings nobody has made", () => {
      expect(manifest.settings.safeParse({}).success).toBe(true);
    });

    test("refuses a handler it does not have, inherited names too", async () => {
      for (const handler of ["nobody", "__proto__", "toString", "constructor"]) {
        const outcome = await makeFake().service.invoke(anInvocation({ module: folder, handler }));
        expect(outcome).toMatchObject({ ok: false, code: "not_found" });
      }
    });

    for (const one of manifest.commands) {
      const words = subcommandsOf(one.usage);
      test(`${one.name} answers whatever is typed after it`, async () => {
        for (const typed of oddInputs) await expectOutcome(makeFake(), one, typed);
        for (const word of words) {
          for (const typed of oddInputs)
            await expectOutcome(makeFake(), one, `${word} ${typed}`.slice(0, 5000));
        }
      });

      test(`${one.name} answers random text in any number, one after another`, async () => {
        const fake = makeFake();
        const typed = fc.string({ unit: "binary", maxLength: 600 });
        const line = fc.oneof(
          typed,
          fc.tuple(fc.constantFrom("", ...words), typed).map((parts) => parts.join(" ")),
        );
        await fc.assert(
          fc.asyncProperty(line, async (text) => expectOutcome(fake, one, text)),
          { numRuns: 100 },
        );
      });
    }
  });

  async function expectOutcome(
    fake: ModuleInProcess,
    { name, handler }: { name: string; handler: string },
    argsText: string,
  ): Promise<void> {
    const call = anInvocation({
      id: `twitch:odd/${folder}/${argsText.length}`,
      module: folder,
      handler,
      command: name,
      argsText,
      user: { id: "twitch:u1", name: "u1", role: "owner", permissions: [] },
      commands: registryRows(fake.manifest),
    });
    const outcome = await fake.service.invoke(call);
    // `internal` is what a throw becomes: the handler itself must have had an answer.
    expect(fake.logged, `${name} ${argsText.slice(0, 80)}`).toEqual([]);
    if (outcome.ok) {
      expect(moduleResult.safeParse(outcome.value).success).toBe(true);
      for (const text of chatTexts(outcome.value.responses)) expectSpeakable(text);
    } else {
      expect(outcome.message ?? "", `${name} must say why not`).not.toBe("");
      expectSpeakable(outcome.message ?? "");
    }
  }
}

/** One line, short enough for every platform, well-formed, without control characters. */
function expectSpeakable(text: string): void {
  expect(text.length).toBeLessThanOrEqual(500);
  expect(text.isWellFormed()).toBe(true);
  expect(text).not.toMatch(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u);
}

function chatTexts(responses: readonly { type: string; text?: unknown }[]): string[] {
  return responses.flatMap(({ type, text }) => (type === "chat" && typeof text === "string" ? [text] : []));
}

/** `quote [<number> | add "text" | search <words>]` → add, search. */
function subcommandsOf(usage: string): string[] {
  return usage.split("|").flatMap((part) => /^(?:\S+ \[?)?\[?\s*([a-z]+)\b/.exec(part.trim())?.[1] ?? []);
}
