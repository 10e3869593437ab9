import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { hubPages } from "#test/e2e/hub-pages";
import { inProject } from "#tools/paths";

/** Pages are registered in `routes.tsx` and the files beside it that it joins. */
const routes = readdirSync(inProject("hub", "src"))
  .filter((file) => file.endsWith("routes.tsx"))
  .map((file) => readFileSync(inProject("hub", "src", file), "utf8"))
  .join("\n");

/** The blocks of `createRoute`, each with its own path and its parent's. */
function registeredPaths(): string[] {
  const blocks = [...routes.matchAll(/createRoute\(\{([\s\S]*?)\n\}\);/g)].map((match) => match[1] ?? "");
  return blocks
    .filter((block) => block.includes("lazyRouteComponent"))
    .map((block) => {
      const path = /path: "([^"]+)"/.exec(block)?.[1] ?? "";
      const isInCommunity = /getParentRoute: \(\) => community\b/.test(block);
      return (isInCommunity ? `/c/demo${path}` : path).replace(/(.)\/$/, "$1");
    });
}

test("every page of the hub is walked: in both widths, both schemes, and searched for barriers", () => {
  const walked = hubPages.map(({ path }) => path.split(/[?#]/)[0]);
  // The first page only leads on, to what is walked. Addresses with an id of their own are walked by their feature.
  const unwalked = registeredPaths().filter(
    (path) => path !== "/" && !path.replace("/c/demo", "").includes("$") && !walked.includes(path),
  );
  expect(registeredPaths().length).toBeGreaterThan(4);
  expect(unwalked).toEqual([]);
});

test("every page has its words in both languages", () => {
  const folders = readdirSync(inProject("hub", "src", "texts"), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  for (const { name } of folders)
    expect(readdirSync(inProject("hub", "src", "texts", name)).sort(), name).toEqual(["de.ts", "en.ts"]);
  expect(folders.length).toBeGreaterThan(4);
});
