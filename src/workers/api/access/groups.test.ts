import { expect, test } from "vitest";
import { groupOf, limitChecks } from "#workers/api/access/groups";
import type { Principal } from "#workers/api/principal";

const aKey = (facts: Partial<Principal>): Principal => ({
  kind: "key",
  id: "wb_test_x",
  roles: ["user"],
  scopes: [],
  communityId: null,
  ...facts,
});

test.each([
  ["/api/v1/router/events", "router"],
  ["/api/router/health", "router"],
  ["/router/commands", "router"],
  ["/api/v1/marketplace/modules", "marketplace"],
  ["/api/ai/v1/chat", "ai"],
  ["/api/broker/v1/super-admins", "broker"],
  ["/api/v1/keys", "api"],
  ["/api/v1/routers", "api"],
  ["/", "api"],
])("%s belongs to %s", (path, group) => expect(groupOf(path)).toBe(group));

const figures = (group: Parameters<typeof limitChecks>[0], principal: Principal) =>
  limitChecks(group, principal).map(({ name, windows }) => [name, ...windows.map(({ limit }) => limit)]);

test("GW-3 the figures of the groups and roles", () => {
  expect(figures("router", aKey({}))).toEqual([["router", 1000, 10_000]]);
  expect(figures("marketplace", aKey({}))).toEqual([["marketplace", 500, 5000]]);
  expect(figures("ai", aKey({}))).toEqual([["ai", 1000, 10_000]]);
  expect(figures("broker", aKey({}))).toEqual([["broker", 100, 1000]]);
  expect(figures("router", aKey({ roles: ["trigger"] }))).toEqual([
    ["router", 1000, 10_000],
    ["caller", 200, 2000],
  ]);
  expect(figures("router", aKey({ roles: ["trigger", "action"] }))[1]).toEqual(["caller", 500, 5000]);
  expect(figures("router", aKey({ roles: ["core", "admin"] }))).toHaveLength(1);
});

test("a key's own figures go before its role's", () => {
  const limits = { perMinute: 7, perHour: null };
  expect(figures("router", aKey({ roles: ["trigger"], limits }))[1]).toEqual(["caller", 7, 2000]);
  expect(figures("router", aKey({ limits }))[1]).toEqual(["caller", 7]);
});
