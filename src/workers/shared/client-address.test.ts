import { expect, test } from "vitest";
import { clientAddress } from "#workers/shared/client-address";

test.each([
  ["203.0.113.7", "203.0.113.7"],
  ["::ffff:203.0.113.7", "203.0.113.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["127.0.0.1", undefined],
  ["::1", undefined],
  ["", undefined],
  ["203.0.113.7, 10.0.0.1", undefined],
])("threat 19: %s counts as %s", (given, counted) => {
  expect(clientAddress(new Headers({ "cf-connecting-ip": given }))).toBe(counted);
});

test("threat 19: what a caller says about itself is not believed", () => {
  const headers = {
    "x-forwarded-for": "198.51.100.1",
    "x-real-ip": "198.51.100.1",
    forwarded: "for=198.51.100.1",
  };
  expect(clientAddress(new Headers(headers))).toBeUndefined();
});
