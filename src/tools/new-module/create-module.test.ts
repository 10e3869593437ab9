import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createModule } from "#tools/new-module/create-module";
import { renderManifests } from "#tools/new-module/templates";
import { inProject } from "#tools/paths";

let root: string;
const read = (...path: string[]) => readFileSync(join(root, ...path), "utf8");
const create = (name: string, takenWords: string[] = []) => createModule({ root, name, takenWords });

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "waddlebot-new-module-"));
  for (const name of ["core", "alias"]) mkdirSync(join(root, "src", "modules", name), { recursive: true });
  writeFileSync(join(root, "src", "modules", "manifests.ts"), renderManifests(["core", "alias"]));
  writeFileSync(join(root, "wrangler.toml"), 'name = "waddlebot-edge"\n');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test("the registry it writes is the one we have", () => {
  const folders = readdirSync(inProject("src", "modules"), { withFileTypes: true }).filter((one) =>
    one.isDirectory(),
  );
  const written = renderManifests(folders.map((folder) => folder.name));
  expect(bare(written)).toBe(bare(readFileSync(inProject("src", "modules", "manifests.ts"), "utf8")));
});

test("the Worker settings it writes are those of the other modules", () => {
  create("dice");
  const ours = readFileSync(inProject("src", "modules", "core", "wrangler.toml"), "utf8");
  expect(read("src", "modules", "dice", "wrangler.toml")).toBe(
    ours.replace("waddlebot-core", "waddlebot-dice"),
  );
});

test("a new module has its folder, its place in the registry and its binding", () => {
  const { files } = create("dice");
  for (const file of files) expect(existsSync(join(root, file)), file).toBe(true);
  expect(files).toHaveLength(9);
  expect(read("src", "modules", "manifests.ts")).toContain("= [alias, core, dice];");
  expect(read("wrangler.toml")).toBe(
    'name = "waddlebot-edge"\n\n[[services]]\nbinding = "MODULE_DICE"\nservice = "waddlebot-dice"\n',
  );
});

test.each([
  ["Dice", "A module's name is"],
  ["d", "A module's name is"],
  ["dice-game", "A module's name is"],
  ["../dice", "A module's name is"],
  ["delete", "is a word of the language"],
  ["core", "There is a module core already"],
  ["quote", "!quote is a command of another module"],
])("%j is refused and nothing is written", (name, reason) => {
  expect(() => create(name, ["quote"])).toThrow(reason);
  expect(readdirSync(join(root, "src", "modules")).sort()).toEqual(["alias", "core", "manifests.ts"]);
  expect(read("wrangler.toml")).toBe('name = "waddlebot-edge"\n');
});

test("a binding left over from before is refused", () => {
  writeFileSync(
    join(root, "wrangler.toml"),
    '[[services]]\nbinding = "MODULE_DICE"\nservice = "waddlebot-dice"\n',
  );
  expect(() => create("dice")).toThrow("wrangler.toml binds a module dice already");
  expect(existsSync(join(root, "src", "modules", "dice"))).toBe(false);
});

test("what fails halfway leaves nothing behind", () => {
  const registry = join(root, "src", "modules", "manifests.ts");
  rmSync(registry);
  // A link into a folder that does not exist: the module's own files can be written, the registry cannot.
  symlinkSync(join(root, "nowhere", "manifests.ts"), registry);
  expect(() => create("dice")).toThrow("ENOENT");
  expect(existsSync(join(root, "src", "modules", "dice"))).toBe(false);
  expect(read("wrangler.toml")).toBe('name = "waddlebot-edge"\n');
});

test("undo puts everything back", () => {
  const before = [read("wrangler.toml"), read("src", "modules", "manifests.ts")];
  create("dice").undo();
  expect([read("wrangler.toml"), read("src", "modules", "manifests.ts")]).toEqual(before);
  expect(existsSync(join(root, "src", "modules", "dice"))).toBe(false);
});

function bare(text: string): string {
  return text.replace(/,?\s+/g, " ");
}
