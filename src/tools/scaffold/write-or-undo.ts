import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export interface Writing {
  /** The folder that holds package.json; all other paths are relative to it. */
  root: string;
  /** The new folder, and its files by their path in it. */
  folder: string;
  files: Readonly<Record<string, string>>;
  /** Whole new texts of files that were there before. */
  changes: Readonly<Record<string, string>>;
  /** Files that later steps may rewrite; `undo` puts them back as well. */
  laterChanged?: readonly string[];
}

export interface Written {
  /** Paths from the root: what was written and what was changed. */
  files: string[];
  /** Puts everything back as it was. */
  undo: () => void;
}

/** Writes the new folder and the changes, or nothing at all. */
export function writeOrUndo({ root, folder, files, changes, laterChanged = [] }: Writing): Written {
  const before = [...Object.keys(changes), ...laterChanged]
    .map((file) => join(root, file))
    .filter((path) => existsSync(path))
    .map((path) => ({ path, text: readFileSync(path, "utf8") }));
  const undo = () => {
    rmSync(join(root, folder), { recursive: true, force: true });
    for (const { path, text } of before) writeFileSync(path, text);
  };
  const inFolder = Object.entries(files).map(([path, text]) => [join(folder, path), text] as const);
  const all = [...inFolder, ...Object.entries(changes)];
  try {
    for (const [path, text] of all) write(join(root, path), text);
  } catch (error) {
    undo();
    throw error;
  }
  return { files: all.map(([path]) => path), undo };
}

/** The names of the folders in there. */
export function foldersIn(path: string): string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
