import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hashHubSources, isHubStale } from "#tools/start/build-hub";

test("the hub is built when its sources, or the contracts, differ from the last build's", () => {
  const root = mkdtempSync(join(tmpdir(), "waddlebot-hub-"));
  const write = (path: string, text: string) => {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write("hub/index.html", "<main></main>");
  write("src/contracts/event.ts", "export {}");
  expect(isHubStale(root)).toBe(true);
  write("hub/dist/.stamp", hashHubSources(root));
  expect(isHubStale(root)).toBe(false);
  write("hub/dist/index.html", "built");
  expect(isHubStale(root)).toBe(false);
  write("src/contracts/event.ts", "export const changed = 1");
  expect(isHubStale(root)).toBe(true);
  expect(readFileSync(join(root, "hub/dist/.stamp"), "utf8")).not.toBe(hashHubSources(root));
  rmSync(root, { recursive: true });
});
