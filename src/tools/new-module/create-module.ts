import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { renderBinding, renderManifests, renderModule } from "#tools/new-module/templates";
import { PlainError } from "#tools/plain-error";

export interface NewModule {
  /** The folder that holds package.json. */
  root: string;
  name: string;
  /** Command words other modules have already, without prefix. */
  takenWords: readonly string[];
}

export interface CreatedModule {
  /** Paths from the root: what was written and what was changed. */
  files: string[];
  /** Puts everything back as it was. */
  undo: () => void;
}

/** The name becomes a folder, a Worker, a table prefix, a command word and an identifier. */
const namePattern = /^[a-z][a-z0-9]{1,30}$/;

/** Words that are no identifier in TypeScript, or that the generated files use themselves. */
const reserved = new Set(
  (
    "arguments as async await break case catch class const continue debugger default delete do else enum eval " +
    "export extends false finally for from function if implements import in instanceof interface invocation let " +
    "manifest manifests new null of package private protected public return say static super switch this throw " +
    "true try type typeof undefined var void while with yield greeting who"
  ).split(" "),
);

/** Writes the folder, the registry and the edge's binding, or nothing at all. */
export function createModule({ root, name, takenWords }: NewModule): CreatedModule {
  const folder = join("src", "modules", name);
  const registry = join("src", "modules", "manifests.ts");
  checkName(name);
  if (existsSync(join(root, folder))) throw new PlainError(`There is a module ${name} already: ${folder}`);
  if (takenWords.includes(name)) {
    throw new PlainError(`!${name} is a command of another module: please choose another name.`);
  }
  const edgeConfig = readFileSync(join(root, "wrangler.toml"), "utf8");
  const binding = renderBinding(name);
  if (edgeConfig.includes(binding.trim().split("\n")[1] ?? name)) {
    throw new PlainError(`wrangler.toml binds a module ${name} already: remove that block first.`);
  }

  const changed = [registry, "wrangler.toml", join("src", "workers", "edge", "env.d.ts")];
  const before = changed.filter((file) => existsSync(join(root, file))).map((file) => readBefore(root, file));
  const undo = () => {
    rmSync(join(root, folder), { recursive: true, force: true });
    for (const { path, text } of before) writeFileSync(path, text);
  };
  try {
    const written = Object.entries(renderModule(name)).map(([path, text]) => {
      write(join(root, folder, path), text);
      return join(folder, path);
    });
    write(join(root, registry), renderManifests(moduleFolders(root)));
    write(join(root, "wrangler.toml"), `${edgeConfig.trimEnd()}\n${binding}`);
    return { files: [...written, registry, "wrangler.toml"], undo };
  } catch (error) {
    undo();
    throw error;
  }
}

function checkName(name: string): void {
  if (!namePattern.test(name)) {
    throw new PlainError(
      "A module's name is 2 to 31 of a-z and 0-9, a letter first: npm run new:module dice",
    );
  }
  if (reserved.has(name))
    throw new PlainError(`${name} is a word of the language: please choose another name.`);
}

function moduleFolders(root: string): string[] {
  return readdirSync(join(root, "src", "modules"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

function readBefore(root: string, file: string): { path: string; text: string } {
  const path = join(root, file);
  return { path, text: readFileSync(path, "utf8") };
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
