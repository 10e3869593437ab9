import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { manifests } from "#modules/manifests";
import { createModule } from "#tools/new-module/create-module";
import { inProject, projectRoot } from "#tools/paths";
import { explain } from "#tools/plain-error";
import { refreshTypes } from "#tools/types";

const usage = `npm run new:module NAME

Writes src/modules/NAME with a command, its test and its Worker, registers it in
src/modules/manifests.ts and binds it to the edge in wrangler.toml.
How to go on: docs/guides/add-a-module.md`;

/** All or nothing: what cannot be finished is undone. */
async function main(args: string[]): Promise<void> {
  const [name, ...others] = args;
  if (name === undefined || others.length > 0 || name.startsWith("-")) {
    console.log(usage);
    process.exitCode = name === "--help" ? 0 : 1;
    return;
  }
  const takenWords = manifests.flatMap(({ commands }) =>
    commands.flatMap((command) => [command.name, ...(command.aliases ?? [])]),
  );
  const created = createModule({ root: projectRoot, name, takenWords });
  try {
    await tidy(created.files.filter((file) => file.endsWith(".ts")));
    created.files.push(...(await refreshTypes(false)));
  } catch (error) {
    created.undo();
    throw error;
  }
  for (const file of created.files) console.log(`  ${file}`);
  console.log(`!${name} answers after the next npm start. How to go on: docs/guides/add-a-module.md`);
}

/** Long names break lines where short ones do not; the formatter knows. */
async function tidy(files: readonly string[]): Promise<void> {
  const biome = inProject("node_modules", "@biomejs", "biome", "bin", "biome");
  await promisify(execFile)(process.execPath, [biome, "check", "--write", ...files], { cwd: projectRoot });
}

if (import.meta.main) {
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    console.error(explain(error));
    process.exitCode = 1;
  }
}
