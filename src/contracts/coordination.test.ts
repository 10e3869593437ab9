import { describe, expect, test } from "vitest";
import * as wire from "#contracts/coordination";

const problems = (schema: { safeParse: typeof wire.claimRequest.safeParse }, value: unknown) =>
  schema.safeParse(value).error?.issues.map(({ path, code }) => [path.join("."), code]) ?? [];

describe("what a container may ask", () => {
  test("a claim has its defaults, and needs platform and container", () => {
    expect(wire.claimRequest.parse({ platform: "twitch", container_id: "collector-1" })).toEqual({
      platform: "twitch",
      container_id: "collector-1",
      max_claims: 5,
      prioritize_live: true,
    });
    expect(problems(wire.claimRequest, {})).toEqual([
      ["platform", "invalid_type"],
      ["container_id", "invalid_type"],
    ]);
  });

  test.each([
    ["max_claims", 0],
    ["max_claims", 101],
    ["max_claims", Number.NaN],
    ["max_claims", 1.5],
    ["container_id", ""],
    ["container_id", "x".repeat(129)],
    ["container_id", "__proto__"],
    ["container_id", "a\nb"],
    ["platform", "Twitch"],
  ])("%s %j is refused by name", (field, value) => {
    const wish = { platform: "twitch", container_id: "c", [field]: value };
    expect(problems(wire.claimRequest, wish).map(([path]) => path)).toEqual([field]);
  });

  test("what nobody knows is refused, also in a report", () => {
    expect(problems(wire.claimRequest, { platform: "twitch", container_id: "c", force: true })).toEqual([
      ["", "unrecognized_keys"],
    ]);
    const report = { container_id: "c", entity_id: "twitch:1" };
    expect(wire.statusRequest.safeParse({ ...report, isLive: true }).success).toBe(false);
    expect(wire.statusRequest.safeParse({ ...report, viewer_count: -1 }).success).toBe(false);
    expect(wire.statusRequest.safeParse({ ...report, entity_id: "twitch" }).success).toBe(false);
    expect(wire.statusRequest.safeParse({ ...report, metadata: { nested: {} } }).success).toBe(false);
    expect(wire.statusRequest.safeParse({ ...report, fencing: 0 }).success).toBe(false);
    expect(wire.errorRequest.safeParse({ ...report, error_message: "" }).success).toBe(false);
  });

  test("metadata has at most 32 keys", () => {
    const metadata = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, index]));
    const report = (count: number) => ({
      container_id: "c",
      entity_id: "twitch:1",
      metadata: metadata(count),
    });
    expect(wire.statusRequest.safeParse(report(32)).success).toBe(true);
    expect(wire.statusRequest.safeParse(report(33)).success).toBe(false);
  });
});
