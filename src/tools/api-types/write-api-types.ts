import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { printRoutes } from "#tools/api-types/print-routes";
import { inProject } from "#tools/paths";

const longestDocument = 64 * 1024 * 1024;

/** Writes the types of all API routes for the hub, from the routes as they stand. */
export async function writeApiTypes(): Promise<void> {
  const printer = inProject("src", "workers", "api", "docs", "print-document.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [printer], {
    cwd: inProject(),
    maxBuffer: longestDocument,
  });
  const file = inProject("hub", "generated", "api-routes.ts");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, printRoutes(JSON.parse(stdout)));
}
