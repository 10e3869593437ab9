import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { inProject, projectRoot } from "#tools/paths";
import { explain } from "#tools/plain-error";
import type { Written } from "#tools/scaffold/write-or-undo";

export interface Generator {
  usage: string;
  create: (name: string) => Written;
  /** What else must be renewed; returns the files it wrote. */
  renew?: () => Promise<string[]>;
  /** The last line: what happens now, and where to read on. */
  next: (name: string) => string;
}

/** One `npm run new:…` command. All or nothing: what cannot be finished is undone. */
export async function runGenerator(generator: Generator, args: readonly string[]): Promise<void> {
  try {
    await generate(generator, args);
  } catch (error) {
    console.error(explain(error));
    process.exitCode = 1;
  }
}

async function generate({ usage, create, renew, next }: Generator, args: readonly string[]): Promise<void> {
  const [name, ...others] = args;
  if (name === undefined || others.length > 0 || name.startsWith("-")) {
    console.log(usage);
    process.exitCode = name === "--help" ? 0 : 1;
    return;
  }
  const { files, undo } = create(name);
  try {
    await tidy(files.filter((file) => file.endsWith(".ts")));
    files.push(...((await renew?.()) ?? []));
  } catch (error) {
    undo();
    throw error;
  }
  for (const file of files) console.log(`  ${file}`);
  console.log(next(name));
}

/** Long names break lines where short ones do not; the formatter knows. */
async function tidy(files: readonly string[]): Promise<void> {
  // Without a path it would format the whole project.
  if (files.length === 0) return;
  const biome = inProject("node_modules", "@biomejs", "biome", "bin", "biome");
  await promisify(execFile)(process.execPath, [biome, "check", "--write", ...files], { cwd: projectRoot });
}
