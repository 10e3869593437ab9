import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inProject } from "#tools/paths";
import { PlainError } from "#tools/plain-error";

/**
 * Every wrangler.toml of the project, the local entry first, callees before callers after it: modules, sender, edge, api.
 * A folder that is not there is left out, so a new module or Worker needs no list.
 */
export function workerConfigs(root: string = inProject()): string[] {
  const modules = foldersIn(join(root, "src", "modules"));
  const workers = foldersIn(join(root, "src", "workers"));
  // The fetcher is called by others and calls nobody; edge and api call everybody.
  const placed = ["local", "fetcher", "edge", "api"];
  const others = workers.filter((name) => !placed.includes(name));
  return [
    join(root, "src", "workers", "local", "wrangler.toml"),
    ...modules.map((name) => join(root, "src", "modules", name, "wrangler.toml")),
    join(root, "src", "workers", "fetcher", "wrangler.toml"),
    ...others.map((name) => join(root, "src", "workers", name, "wrangler.toml")),
    join(root, "wrangler.toml"),
    join(root, "src", "workers", "api", "wrangler.toml"),
  ].filter((file) => existsSync(file));
}

/** The ones that go to Cloudflare, in the order a first deploy needs: callees first. */
export function deployableConfigs(root: string = inProject()): string[] {
  return workerConfigs(root).filter((file) => !file.startsWith(join(root, "src", "workers", "local")));
}

/** The Worker's name, the first key of its wrangler.toml. */
export function workerName(config: string): string {
  const name = /^name\s*=\s*"([^"]+)"/m.exec(readFileSync(config, "utf8"))?.[1];
  if (!name) throw new PlainError(`${config} has no name.`);
  return name;
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}
