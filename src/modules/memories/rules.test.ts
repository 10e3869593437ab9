import { expect, test } from "vitest";
import { parseQuoteNumber, toPrefixQuery } from "#modules/memories/rules";

test.each([
  ["1", 1],
  ["#12", 12],
  ["2147483647", 2_147_483_647],
  ["2147483648", undefined],
  ["0", undefined],
  ["-1", undefined],
  ["1e3", undefined],
  ["٣", undefined],
  ["0x10", undefined],
  ["", undefined],
])("%j is quote number %j", (word, number) => {
  expect(parseQuoteNumber(word)).toBe(number);
});

test.each([
  ["machi cod", "'machi':* & 'cod':*"],
  ["it's & | ! <-> ( 'x'", "'it':* & 's':* & 'x':*"],
  ["!!!", ""],
])("%j looks for %j", (term, query) => {
  expect(toPrefixQuery(term)).toBe(query);
});
