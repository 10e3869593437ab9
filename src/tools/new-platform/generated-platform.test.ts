import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import type { Platform } from "#contracts/platform";
import type { PlatformProbe } from "#test/suites/platform-probe";
import { platformSuite } from "#test/suites/platform-suite";
import { createPlatform } from "#tools/new-platform/create-platform";
import { makeTestProject } from "#tools/new-platform/testing";
import { inProject } from "#tools/paths";

// What `npm run new:platform` writes keeps the contract as it is, so that a change of the contract shows here.
const project = makeTestProject();
createPlatform({ root: project.root, name: "matrix" });
afterAll(() => project[Symbol.dispose]());

const load = (file: string) => import(pathToFileURL(join(project.platforms, "matrix", file)).href);

describe("a generated platform", async () => {
  const { platform }: { platform: Platform } = await load("index.ts");
  const { probe }: { probe: PlatformProbe } = await load("testing.ts");
  platformSuite(platform, probe);
});

test.each([
  ["in a Worker", { types: ["@cloudflare/workers-types"] }, ["**/*.test.ts", "**/testing.ts"]],
  ["in its tests", { types: ["node"] }, []],
])(
  "a generated platform has sound types %s",
  async (_, compilerOptions, exclude) => {
    const include = ["src/platforms/matrix"];
    const settings = { extends: "./tsconfig.base.json", compilerOptions, include, exclude };
    writeFileSync(join(project.root, "tsconfig.json"), JSON.stringify(settings));
    expect(await findTypeErrors()).toBe("");
  },
  30_000,
);

async function findTypeErrors(): Promise<string> {
  const compiler = inProject("node_modules", "typescript", "bin", "tsc");
  try {
    await promisify(execFile)(process.execPath, [compiler, "-p", "."], { cwd: project.root });
    return "";
  } catch (error) {
    // The compiler's exit code says that there are errors; its output says which.
    return error instanceof Error && "stdout" in error ? String(error.stdout) : String(error);
  }
}
