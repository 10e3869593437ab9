import { expect, test } from "vitest";
import { isOwnPath } from "./own-path.ts";

test("after signing in one comes back to pages of this hub only", () => {
  expect(["/", "/c/waddle/connections?x=1#y", "/rehearsal"].filter(isOwnPath)).toHaveLength(3);
  const foreign = [
    "//evil.example",
    "/\\evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "",
    "/a\nb",
    "/a\\b",
  ];
  expect(foreign.filter(isOwnPath)).toEqual([]);
});
