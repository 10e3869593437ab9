import { expect, test } from "vitest";
import { readRange } from "./read-range.ts";

test("two moments make a range; one missing or the wrong way round is said", () => {
  expect(readRange("2026-01-01T10:00:00Z", "2026-01-01T10:00:00Z")).toMatchObject({ ok: true });
  expect(readRange("2026-01-01T10:00:00Z", "")).toEqual({ ok: false, why: "needRange" });
  expect(readRange("2026-01-02T10:00:00Z", "2026-01-01T10:00:00Z")).toEqual({ ok: false, why: "badRange" });
});
