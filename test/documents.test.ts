import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

test.each([
  "docs/security.md",
  "docs/observability/README.md",
  "docs/guides/faults.md",
  "docs/guides/write-a-test.md",
])("every file that %s points to exists", (document) => {
  const named = [...readFileSync(document, "utf8").matchAll(/`((?:src|test|docs)\/[\w./-]+)`/g)].map(
    ([, path = ""]) => path,
  );
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((path) => !existsSync(path))).toEqual([]);
});
