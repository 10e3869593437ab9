import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { getTableName, isTable } from "drizzle-orm";
import { expect, test } from "vitest";
import type { ModuleInProcess } from "#module-kit/run-in-process";
import { manifests } from "#modules/manifests";
import { describeModule } from "#test/suites/module-suite";

const here = import.meta.dirname;
const folders = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();

test("every module folder is registered, and nothing else is", () => {
  expect(manifests.map((manifest) => manifest.name).sort()).toEqual(folders);
});

test("no two modules claim one command word", () => {
  const words = manifests.flatMap(({ prefix, commands }) =>
    commands.flatMap(({ name, aliases = [] }) => [name, ...aliases].map((word) => prefix + word)),
  );
  expect(new Set(words).size).toBe(words.length);
});

for (const folder of folders) {
  const { makeFake }: { makeFake: () => ModuleInProcess } = await import(join(here, folder, "fake.ts"));
  describeModule({
    folder,
    makeFake,
    tableNames: await readTableNames(folder),
    workerConfig: readFileSync(join(here, folder, "wrangler.toml"), "utf8"),
  });
}

async function readTableNames(folder: string): Promise<string[]> {
  const file = join(here, folder, "schema.ts");
  if (!existsSync(file)) return [];
  const schema: Record<string, unknown> = await import(file);
  return Object.values(schema).flatMap((exported) => (isTable(exported) ? [getTableName(exported)] : []));
}
