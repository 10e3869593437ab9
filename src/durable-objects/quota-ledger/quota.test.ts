import { expect, test } from "vitest";
import { Quota, quotaDay, quotaReset } from "#durable-objects/quota-ledger/quota";

const noon = Date.UTC(2026, 6, 1, 19, 0, 0);
const make = (used = 0) => new Quota({ day: quotaDay(noon), used, readers: [] }, 10_000, 5);

test("a day ends at midnight Pacific time, also on the days the clocks change", () => {
  expect(quotaReset(noon)).toBe(Date.UTC(2026, 6, 2, 7, 0, 0));
  expect(quotaReset(Date.UTC(2026, 2, 8, 9, 0, 0))).toBe(Date.UTC(2026, 2, 9, 7, 0, 0));
  expect(quotaReset(Date.UTC(2026, 10, 1, 8, 0, 0))).toBe(Date.UTC(2026, 10, 2, 8, 0, 0));
});

test("reading stops at four fifths, so that what was read can still be answered", () => {
  const quota = make(7_996);
  expect(quota.take(5, "page", noon)).toBe(false);
  expect(quota.take(50, "send", noon)).toBe(true);
  const last = make(9_950);
  expect(last.take(50, "send", noon)).toBe(true);
  expect(last.take(1, "send", noon)).toBe(false);
});

test("a new day begins at nothing", () => {
  const quota = make(10_000);
  expect(quota.take(5, "page", quotaReset(noon) - 1)).toBe(false);
  expect(quota.take(5, "page", quotaReset(noon))).toBe(true);
  expect(quota.kept).toEqual({ day: "2026-07-02", used: 5, readers: [] });
});

test("pages are spread so that what is left lasts for everybody who reads", () => {
  const quota = make();
  quota.take(5, "page", noon, { name: "a" });
  const alone = quota.state(noon).spacingMs;
  quota.take(5, "page", noon, { name: "b" });
  expect(quota.state(noon)).toMatchObject({ used: 10, readers: 2 });
  expect(quota.state(noon).spacingMs).toBeGreaterThan(alone * 1.9);
  // Six hours of pages that far apart use what reading may.
  expect((6 * 3_600_000) / alone).toBeCloseTo(8_000 / 5, -2);
  expect(quota.state(noon + 120_001).readers).toBe(0);
});

test("who reads is known to the object's next life, which begins between two pages", () => {
  const quota = make();
  quota.take(5, "page", noon, { name: "a" });
  quota.take(5, "page", noon, { name: "b" });
  const woken = new Quota(quota.kept, 10_000, 5);
  expect(woken.state(noon + 15_000)).toEqual(quota.state(noon + 15_000));
  expect(woken.state(noon).readers).toBe(2);
});

test("a chat that is pushed counts as read while it is open, and takes no pages from the others", () => {
  const quota = make();
  quota.take(5, "page", noon, { name: "asked" });
  const alone = quota.state(noon).spacingMs;
  quota.take(5, "page", noon, { name: "pushed", pushedForMs: 600_000 });
  expect(quota.state(noon)).toMatchObject({ readers: 2 });
  expect(quota.state(noon).spacingMs).toBeLessThan(alone * 1.01);
  expect(quota.state(noon + 700_000).readers).toBe(1);
  expect(quota.state(noon + 720_000).readers).toBe(0);
});

test("when the platform says that nothing is left, nothing is, until the day ends", () => {
  const quota = make(100);
  quota.exhaust(noon);
  expect(quota.take(1, "send", noon)).toBe(false);
  expect(quota.take(5, "page", quotaReset(noon))).toBe(true);
});
