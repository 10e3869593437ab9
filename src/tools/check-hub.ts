import { spawn } from "node:child_process";
import { writeApiTypes } from "#tools/api-types/write-api-types";
import { inProject } from "#tools/paths";

/** The hub's types are checked against the API as it stands: a changed route breaks the check. */
await writeApiTypes();
const tsc = inProject("node_modules", "typescript", "bin", "tsc");
const child = spawn(process.execPath, [tsc, "-p", "hub/tsconfig.json"], {
  cwd: inProject(),
  stdio: "inherit",
});
child.once("close", (code) => {
  process.exitCode = code ?? 1;
});
