import { createHash } from "node:crypto";
import { copyFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { inProject } from "#tools/paths";

export interface CopiedProject extends Disposable {
  root: string;
  /** Files that were written or changed since it was copied. */
  changes(): string[];
}

/** The whole of `src` in a folder of its own: what is written there, the project itself never sees. */
export function copyProject(): CopiedProject {
  const root = mkdtempSync(join(tmpdir(), "waddlebot-copy-"));
  cpSync(inProject("src"), join(root, "src"), {
    recursive: true,
    filter: (path) => !/\.wrangler$|\.test\.ts$/.test(path),
  });
  for (const file of ["package.json", "tsconfig.base.json"]) copyFileSync(inProject(file), join(root, file));
  symlinkSync(inProject("node_modules"), join(root, "node_modules"));
  const before = digestsOf(root);
  return {
    root,
    changes: () =>
      [...digestsOf(root)].flatMap(([file, digest]) => (before.get(file) === digest ? [] : [file])),
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

function digestsOf(root: string): Map<string, string> {
  const digest = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");
  return new Map(walk(join(root, "src")).map((path) => [relative(root, path), digest(path)]));
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? walk(path) : [path];
  });
}
