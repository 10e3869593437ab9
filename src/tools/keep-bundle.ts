import { createHash, randomUUID } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { bundleWorker } from "#tools/bundle-worker";
import { inProject } from "#tools/paths";

const keptBundle = z.object({
  /** What decides over a bundle beside its sources: our own bundling and the packages. */
  tools: z.string(),
  /** Every file that went into it, with its state then. */
  inputs: z.record(z.string(), z.string()),
  /** The file with the script, named after its content. */
  script: z.string(),
});

const daysKept = 7;

export interface KeptBundles {
  folder: string;
  /** The project whose packages and settings count. */
  root: string;
}

const here: KeptBundles = { folder: inProject("node_modules", ".cache", "waddlebot"), root: inProject() };

/**
 * A Worker's bundle, from the last time if nothing it was made from has changed since: a house of fifteen Workers starts
 * once in every test file, and bundling was most of that start.
 */
export async function bundleOrKept(
  main: string,
  define: Record<string, string>,
  { folder, root }: KeptBundles = here,
): Promise<string> {
  const file = join(folder, `${digest(JSON.stringify([main, define]))}.json`);
  const tools = stateOfTools(root);
  const kept = readKept(file);
  if (
    kept?.tools === tools &&
    Object.entries(kept.inputs).every(([path, state]) => stateOf(path) === state)
  ) {
    const script = readText(join(folder, kept.script));
    if (script !== undefined) return script;
  }
  const startedAt = Date.now();
  const { inputs, ...bundle } = await bundleWorker(main, define);
  const { name, script } = writeScript(folder, bundle);
  // A file saved meanwhile may be in the bundle or not: such a bundle serves once.
  const isSettled = inputs.every(
    (path) => (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) <= startedAt,
  );
  if (isSettled) writeWhole(file, JSON.stringify({ tools, script: name, inputs: statesOf(inputs) }));
  return script;
}

function statesOf(inputs: readonly string[]): Record<string, string> {
  return Object.fromEntries(inputs.map((path) => [path, stateOf(path)]));
}

/** Time and size, as build tools compare files; reading a thousand files would cost what is to be saved. */
function stateOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? `${stat.mtimeMs} ${stat.size}` : "gone";
}

function stateOfTools(root: string): string {
  const files = [
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "tsconfig.base.json",
    "src/tools/bundle-worker.ts",
  ];
  return digest(
    files
      .map((file) => (existsSync(join(root, file)) ? readFileSync(join(root, file), "utf8") : ""))
      .join("\0"),
  );
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function readKept(file: string): z.infer<typeof keptBundle> | undefined {
  try {
    return keptBundle.parse(JSON.parse(readText(file) ?? ""));
  } catch {
    // Not there, half written or of an older form: then it is made again.
    return undefined;
  }
}

function readText(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** Script and map lie beside each other, and Miniflare finds the map by its path when it shows where an error was. */
function writeScript(folder: string, { script, map }: { script: string; map: string }) {
  mkdirSync(folder, { recursive: true });
  forgetOld(folder);
  const name = `${digest(script)}.mjs`;
  const mapFile = join(folder, `${name}.map`);
  const whole = `${script}//# sourceMappingURL=${mapFile}\n`;
  writeWhole(mapFile, map);
  writeWhole(join(folder, name), whole);
  return { name, script: whole };
}

/** Under another name first: two starts at once must not read each other's half. */
function writeWhole(file: string, text: string): void {
  const half = `${file}.${randomUUID()}`;
  writeFileSync(half, text);
  renameSync(half, file);
}

function forgetOld(folder: string): void {
  const oldest = Date.now() - daysKept * 86_400_000;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat && stat.mtimeMs < oldest) rmSync(path, { force: true });
  }
}
