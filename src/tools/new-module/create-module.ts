import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { renderBinding, renderManifests, renderModule } from "#tools/new-module/templates";
import { PlainError } from "#tools/plain-error";
import { checkName } from "#tools/scaffold/check-name";
import { foldersIn, type Written, writeOrUndo } from "#tools/scaffold/write-or-undo";

export interface NewModule {
  /** The folder that holds package.json. */
  root: string;
  name: string;
  /** Command words other modules have already, without prefix. */
  takenWords: readonly string[];
}

const rules = {
  kind: "module",
  example: "dice",
  ownWords: "greeting invocation manifest manifests say who",
} as const;

/** Writes the folder, the registry and the edge's binding, or nothing at all. */
export function createModule({ root, name, takenWords }: NewModule): Written {
  const modules = join("src", "modules");
  const folder = join(modules, name);
  checkName(name, rules);
  if (existsSync(join(root, folder))) throw new PlainError(`There is a module ${name} already: ${folder}`);
  if (takenWords.includes(name)) {
    throw new PlainError(`!${name} is a command of another module: please choose another name.`);
  }
  const edgeConfig = readFileSync(join(root, "wrangler.toml"), "utf8");
  const binding = renderBinding(name);
  if (edgeConfig.includes(binding.trim().split("\n")[1] ?? name)) {
    throw new PlainError(`wrangler.toml binds a module ${name} already: remove that block first.`);
  }
  return writeOrUndo({
    root,
    folder,
    files: renderModule(name),
    changes: {
      [join(modules, "manifests.ts")]: renderManifests([...foldersIn(join(root, modules)), name]),
      "wrangler.toml": `${edgeConfig.trimEnd()}\n${binding}`,
    },
    laterChanged: [join("src", "workers", "edge", "env.d.ts")],
  });
}
