import { existsSync } from "node:fs";
import { join } from "node:path";
import { renderFixtures } from "#tools/new-platform/render-fixtures";
import { renderOauth } from "#tools/new-platform/render-oauth";
import { renderReceiving } from "#tools/new-platform/render-receiving";
import { renderRegistry } from "#tools/new-platform/render-registry";
import { renderSending } from "#tools/new-platform/render-sending";
import { renderTesting } from "#tools/new-platform/render-testing";
import { PlainError } from "#tools/plain-error";
import { checkName } from "#tools/scaffold/check-name";
import { foldersIn, type Written, writeOrUndo } from "#tools/scaffold/write-or-undo";

export interface NewPlatform {
  /** The folder that holds package.json. */
  root: string;
  name: string;
}

/** Writes the folder and the registry, or nothing at all. */
export function createPlatform({ root, name }: NewPlatform): Written {
  const platforms = join("src", "platforms");
  const folder = join(platforms, name);
  checkName(name, { kind: "platform", example: "matrix", ownWords: "platform platforms" });
  if (existsSync(join(root, folder))) throw new PlainError(`There is a platform ${name} already: ${folder}`);
  return writeOrUndo({
    root,
    folder,
    files: {
      ...renderReceiving(name),
      ...renderSending(name),
      ...renderOauth(name),
      ...renderTesting(name),
      ...renderFixtures(name),
    },
    changes: {
      [join(platforms, "registry.ts")]: renderRegistry([...foldersIn(join(root, platforms)), name]),
    },
  });
}
