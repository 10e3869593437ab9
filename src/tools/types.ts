import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { experimental_generateTypes as generateTypes } from "wrangler";
import { writeApiTypes } from "#tools/api-types/write-api-types";
import { inProject } from "#tools/paths";
import { workerConfigs, workerName } from "#tools/worker-configs";

const header = "/** Generated from the wrangler.toml files by `npm run types`; do not edit. */\n";

/** `waddlebot-edge` → `EdgeEnv`: each Worker's environment has a name of its own, because all are global. */
export function interfaceName(worker: string): string {
  const words = worker.replace(/^waddlebot-/, "").split("-");
  return `${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("")}Env`;
}

/** Beside the Worker's code, wherever its wrangler.toml is. */
export function typesFileOf(config: string): string {
  const main = /^main\s*=\s*"([^"]+)"/m.exec(readFileSync(config, "utf8"))?.[1] ?? "index.ts";
  return join(dirname(config), dirname(main), "env.d.ts");
}

/** Of all that wrangler generates only the one interface, under its own name; empty when the Worker has no bindings. */
export function extractInterface(generated: string, name: string): string {
  const [, members] =
    new RegExp(`^interface __BaseEnv_${name} \\{\\n([^}]*?)^\\}`, "m").exec(generated) ?? [];
  return members ? `${header}interface ${name} {\n${members}}\n` : "";
}

/** What env.d.ts should hold for one Worker. The others are named too, so that bindings get the callee's types. */
async function generate(config: string, all: readonly string[]): Promise<string> {
  const name = interfaceName(workerName(config));
  const { env } = await generateTypes({
    config: [config, ...all.filter((other) => other !== config)],
    path: typesFileOf(config),
    includeRuntime: false,
    envInterface: name,
  });
  return extractInterface(env ?? "", name);
}

/** Writes every env.d.ts; with `isCheck` it writes nothing and names those that are stale. */
export async function refreshTypes(isCheck: boolean): Promise<string[]> {
  const configs = workerConfigs();
  const stale: string[] = [];
  for (const config of configs) {
    const file = typesFileOf(config);
    const wanted = await generate(config, configs);
    const found = existsSync(file) ? readFileSync(file, "utf8") : "";
    if (found === wanted) continue;
    stale.push(relative(inProject(), file));
    if (isCheck) continue;
    if (wanted) writeFileSync(file, wanted);
    else rmSync(file);
  }
  return stale;
}

if (import.meta.main) {
  const isCheck = process.argv.includes("--check");
  const stale = await refreshTypes(isCheck);
  if (!isCheck) await writeApiTypes();
  for (const file of stale) console.log(isCheck ? `stale: ${file}` : `written: ${file}`);
  if (isCheck && stale.length > 0) {
    console.error("The environment types do not fit the wrangler.toml files: run npm run types.");
    process.exitCode = 1;
  }
}
