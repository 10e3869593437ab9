import { expect, test } from "vitest";
import { sayMoment } from "./say-moment.ts";

test("a moment is said in its largest unit, past or to come, in both languages", () => {
  expect(sayMoment(-3 * 60_000, "en")).toBe("3 minutes ago");
  expect(sayMoment(2 * 3_600_000, "en")).toBe("in 2 hours");
  expect(sayMoment(-86_400_000, "de")).toBe("gestern");
  expect(sayMoment(-1200, "en")).toBe("now");
  expect(sayMoment(-59_000, "en")).toBe("59 seconds ago");
});
