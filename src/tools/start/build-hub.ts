import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inProject } from "#tools/paths";

/** Everything the built hub is made from. The contracts are part of it: the hub speaks their types. */
const sources = ["hub", "src/contracts", "package-lock.json"];
const notSources = new Set(["dist", "generated", "node_modules"]);

/** True when the hub must be built: its sources differ from those the last build was made from. */
export function isHubStale(root: string = inProject()): boolean {
  const stamp = join(root, "hub", "dist", ".stamp");
  return !existsSync(stamp) || readFileSync(stamp, "utf8") !== hashHubSources(root);
}

/** Builds the hub unless it is up to date. */
export async function buildHub(): Promise<void> {
  const dist = inProject("hub", "dist");
  // The local entry serves this folder, built or not.
  mkdirSync(dist, { recursive: true });
  if (!existsSync(inProject("hub", "index.html")) || !isHubStale()) return;
  const hash = hashHubSources(inProject());
  const { build } = await import("vite");
  await build({
    root: inProject("hub"),
    logLevel: "error",
    build: { outDir: dist, emptyOutDir: true },
  });
  writeFileSync(join(dist, ".stamp"), hash);
}

/** What the hub is made from, as one hash. */
export function hashHubSources(root: string): string {
  const hash = createHash("sha256");
  for (const source of sources) addTo(hash, join(root, source), source);
  return hash.digest("hex");
}

function addTo(hash: ReturnType<typeof createHash>, path: string, name: string): void {
  if (!existsSync(path)) return;
  const entries = readEntries(path);
  if (!entries) {
    hash.update(`${name}\0`).update(readFileSync(path)).update("\0");
    return;
  }
  for (const entry of entries) {
    if (!notSources.has(entry)) addTo(hash, join(path, entry), `${name}/${entry}`);
  }
}

function readEntries(path: string): string[] | undefined {
  try {
    return readdirSync(path).sort();
  } catch {
    // A file.
    return undefined;
  }
}
