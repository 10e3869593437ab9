import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createPlatform } from "#tools/new-platform/create-platform";
import { renderRegistry } from "#tools/new-platform/render-registry";
import { makeTestProject } from "#tools/new-platform/testing";
import { inProject } from "#tools/paths";
import { foldersIn } from "#tools/scaffold/write-or-undo";

test("the registry it writes is the one we have", () => {
  const written = renderRegistry(foldersIn(inProject("src", "platforms")));
  expect(bare(written)).toBe(bare(readFileSync(inProject("src", "platforms", "registry.ts"), "utf8")));
});

test("a new platform has its folder and its place in the registry, and undo puts everything back", () => {
  using project = makeTestProject();
  const { root, platforms, registry } = project;
  const before = readFileSync(registry, "utf8");
  const { files, undo } = createPlatform({ root, name: "matrix" });
  for (const file of files) expect(existsSync(join(root, file)), file).toBe(true);
  expect(readFileSync(registry, "utf8")).toContain("[matrix, slack].map(");
  undo();
  expect(readFileSync(registry, "utf8")).toBe(before);
  expect(existsSync(join(platforms, "matrix"))).toBe(false);
});

test.each([
  ["Matrix", "A platform's name is"],
  ["m", "A platform's name is"],
  ["matrix-like", "A platform's name is"],
  ["../matrix", "A platform's name is"],
  ["import", "is a word of the language"],
  ["platform", "is a word of the generated code"],
  ["slack", "There is a platform slack already"],
])("%j is refused and nothing is written", (name, reason) => {
  using project = makeTestProject();
  expect(() => createPlatform({ root: project.root, name })).toThrow(reason);
  expect(readdirSync(project.platforms).sort()).toEqual(["registry.ts", "slack"]);
  expect(readFileSync(project.registry, "utf8")).toBe(renderRegistry(["slack"]));
});

test("what fails halfway leaves nothing behind", () => {
  using project = makeTestProject();
  rmSync(project.registry);
  // A link into a folder that does not exist: the platform's own files can be written, the registry cannot.
  symlinkSync(join(project.root, "nowhere", "registry.ts"), project.registry);
  expect(() => createPlatform({ root: project.root, name: "matrix" })).toThrow("ENOENT");
  expect(existsSync(join(project.platforms, "matrix"))).toBe(false);
});

function bare(text: string): string {
  return text.replace(/,?\s+/g, " ");
}
