import { expect, test } from "vitest";
import { isOwnPath, pathBack } from "./own-path.ts";

test("after signing in one comes back to pages of this hub only", () => {
  expect(["/", "/c/waddle/connections", "/rehearsal"].filter(isOwnPath)).toHaveLength(3);
  const foreign = [
    "//evil.example",
    "/\\evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "",
    "/a\nb",
    "/a\\b",
    "/%2e%2e",
  ];
  expect(foreign.filter(isOwnPath)).toEqual([]);
  expect(foreign.map(pathBack)).toEqual(foreign.map(() => "/"));
});

test("a page is come back to without what stood behind its path", () => {
  expect(pathBack("/c/waddle/activity?filter=x#y")).toBe("/c/waddle/activity");
  expect(pathBack(undefined)).toBe("/");
});
