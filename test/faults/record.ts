import { mkdirSync, writeFileSync } from "node:fs";
import { inProject } from "#tools/paths";

/** What a run measured, by name. */
export type Figures = Readonly<Record<string, number | string | boolean>>;

/** Keeps what a run measured for `npm run proof`: one file a name, the newest run's. */
export function recordFigures(name: string, figures: Figures): void {
  const folder = inProject("test-results", "figures");
  mkdirSync(folder, { recursive: true });
  const record = { at: new Date().toISOString(), figures };
  writeFileSync(inProject("test-results", "figures", `${name}.json`), `${JSON.stringify(record, null, 2)}\n`);
}
