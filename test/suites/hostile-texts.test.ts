import { expect, test } from "vitest";
import { hostileHost, hostileTexts } from "#test/suites/hostile-texts";

test("there are more than a thousand, all different, none too long for a ticker, and each would do something", () => {
  const texts = hostileTexts();
  expect(texts.length).toBeGreaterThan(1000);
  expect(new Set(texts).size).toBe(texts.length);
  expect(texts.filter((text) => text.length > 200)).toEqual([]);
  const deeds = /alert\(1\)|hostile=1|append|sanitize/;
  expect(texts.filter((text) => !deeds.test(text) && !text.includes(hostileHost))).toEqual([]);
});
