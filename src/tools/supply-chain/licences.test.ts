import { expect, test } from "vitest";
import { isAllowedLicence, productionPackages } from "#tools/supply-chain/licences";

test("S3 every package of the product has a licence it may have", () => {
  const packages = productionPackages();
  expect(packages.length).toBeGreaterThan(50);
  expect(packages.filter(({ licence }) => !isAllowedLicence(licence))).toEqual([]);
});

test.each([
  ["MIT", true],
  ["MIT-0", true],
  ["(MIT OR GPL-3.0-or-later)", true],
  ["MIT AND GPL-3.0-or-later", false],
  ["AGPL-3.0-only", false],
  ["unknown", false],
  ["SEE LICENSE IN file", false],
])("%s: %s", (licence, is) => {
  expect(isAllowedLicence(licence)).toBe(is);
});
