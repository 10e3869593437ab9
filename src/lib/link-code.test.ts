import { expect, test } from "vitest";
import { linkCodeAlphabet, makeLinkCode } from "#lib/link-code";

test("C-08 a code is six letters of 32 that look like nothing else, each as likely", () => {
  expect(linkCodeAlphabet).toMatch(/^[A-HJ-NP-Z2-9]{32}$/);
  expect(new Set(linkCodeAlphabet).size).toBe(32);
  const seen = new Set<string>();
  for (let byte = 0; byte < 256; byte++) seen.add(makeLinkCode((bytes) => bytes.fill(byte)));
  expect(seen.size).toBe(32);
  expect(makeLinkCode()).toMatch(/^[A-HJ-NP-Z2-9]{6}$/);
});
