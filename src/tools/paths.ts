import { join, resolve } from "node:path";

/** The folder that holds package.json. */
export const projectRoot = resolve(import.meta.dirname, "..", "..");

/** Everything a local run keeps; ignored by git, wiped by `npm start -- --fresh`. */
export const localDataFolder = join(projectRoot, ".data");

/** A path inside the project. */
export function inProject(...parts: string[]): string {
  return join(projectRoot, ...parts);
}
