import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bundleOrKept } from "#tools/keep-bundle";

let root: string;
let folder: string;
let main: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "waddlebot-bundles-"));
  folder = join(root, "kept");
  mkdirSync(join(root, "src"));
  writeFileSync(join(root, "package.json"), "{}");
  main = join(root, "src", "main.ts");
  writeFileSync(main, 'import { word } from "./word";\nexport default word;\n');
  writeFileSync(join(root, "src", "word.ts"), 'export const word = "first";\n');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const bundle = (define: Record<string, string> = {}) => bundleOrKept(main, define, { folder, root });

const filesOf = (ending: string) => readdirSync(folder).filter((name) => name.endsWith(ending));

/** Puts a mark into what is kept: it shows in an answer only if that answer was kept. */
function mark(): void {
  for (const name of filesOf(".mjs")) {
    const text = readFileSync(join(folder, name), "utf8");
    writeFileSync(join(folder, name), text.replaceAll("first", "kept"));
  }
}

test("a bundle is made once while nothing changes", async () => {
  expect(await bundle()).toContain('"first"');
  mark();
  expect(await bundle()).toContain('"kept"');
});

test("another text of any file it was made from, or of package.json, makes it anew", async () => {
  await bundle();
  mark();
  writeFileSync(join(root, "src", "word.ts"), 'export const word = "second";\n');
  expect(await bundle()).toContain('"second"');
  writeFileSync(join(root, "src", "word.ts"), 'export const word = "first";\n');
  await bundle();
  mark();
  writeFileSync(join(root, "package.json"), '{ "version": "2" }');
  expect(await bundle()).toContain('"first"');
});

test("a touched file of the same size is another state, and so is one that is gone", async () => {
  await bundle();
  mark();
  utimesSync(join(root, "src", "word.ts"), new Date(), new Date(Date.now() + 5000));
  expect(await bundle()).toContain('"first"');
  rmSync(join(root, "src", "word.ts"));
  await expect(bundle()).rejects.toThrow("word");
});

test("other definitions have a bundle of their own", async () => {
  writeFileSync(main, "export default WORD;\n");
  expect(await bundle({ WORD: '"one"' })).toContain('"one"');
  expect(await bundle({ WORD: '"two"' })).toContain('"two"');
  expect(await bundle({ WORD: '"one"' })).toContain('"one"');
});

test("what is kept half or wrong is made again, what is old is forgotten", async () => {
  await bundle();
  const [name = ""] = filesOf(".json");
  writeFileSync(join(folder, name), '{"tools":');
  writeFileSync(join(folder, "old.json"), "{}");
  utimesSync(join(folder, "old.json"), new Date(), new Date(Date.now() - 8 * 86_400_000));
  expect(await bundle()).toContain('"first"');
  expect(filesOf(".json")).toEqual([name]);
  for (const script of filesOf(".mjs")) rmSync(join(folder, script));
  expect(await bundle()).toContain('"first"');
});

test("the script says where its map lies, and the map where the sources are", async () => {
  const [, mapFile = ""] = /# sourceMappingURL=(.+)\n$/.exec(await bundle()) ?? [];
  const map = JSON.parse(readFileSync(mapFile, "utf8"));
  expect(map.sources.map((source: string) => join(map.sourceRoot, source)).sort()).toEqual([
    main,
    join(root, "src", "word.ts"),
  ]);
});
