import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderRegistry } from "#tools/new-platform/render-registry";
import { inProject } from "#tools/paths";

export interface TestProject extends Disposable {
  root: string;
  platforms: string;
  registry: string;
}

/** A project of its own with our language and libraries, and nothing but the platform slack, whose folder is empty. */
export function makeTestProject(): TestProject {
  const root = mkdtempSync(join(tmpdir(), "waddlebot-new-platform-"));
  const platforms = join(root, "src", "platforms");
  const registry = join(platforms, "registry.ts");
  mkdirSync(join(platforms, "slack"), { recursive: true });
  for (const shared of ["src/contracts", "src/lib", "node_modules"])
    symlinkSync(inProject(shared), join(root, shared));
  for (const file of ["package.json", "tsconfig.base.json"]) copyFileSync(inProject(file), join(root, file));
  writeFileSync(registry, renderRegistry(["slack"]));
  return {
    root,
    platforms,
    registry,
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}
