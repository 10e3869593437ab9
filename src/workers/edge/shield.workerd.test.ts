import { Hono } from "hono";
import { expect, test } from "vitest";
import type { LogEntry } from "#lib/log";
import type { EdgeBindings } from "#workers/edge/app";
import type { IngressDeps } from "#workers/edge/ingress";
import { withAddressShield, withTenantShield } from "#workers/edge/shield";
import type { Shield } from "#workers/shared/shield";

/** Lets `most` requests of each key through, and remembers the keys. */
function aShield(most: number): Shield & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    limit: async ({ key }) => {
      asked.push(key);
      return { success: asked.filter((one) => one === key).length <= most };
    },
  };
}

const log = () => undefined;

function ask(shield: Shield, address: string | undefined, logged: LogEntry[] = []) {
  const app = new Hono<EdgeBindings>();
  app.use(withAddressShield((entry) => logged.push(entry)));
  app.post("/webhooks/x", (c) => c.text("handled"));
  const headers = address ? { "cf-connecting-ip": address } : {};
  return app.request("/webhooks/x", { method: "POST", body: "x", headers }, { SHIELD_ADDRESS: shield });
}

test("threat 26: a flood of one address is refused before anything is done; another passes", async () => {
  const shield = aShield(2);
  const statuses = [];
  for (let call = 0; call < 3; call++) statuses.push((await ask(shield, "203.0.113.1")).status);
  expect(statuses).toEqual([200, 200, 429]);
  const refused = await ask(shield, "203.0.113.1");
  expect(refused.headers.get("retry-after")).toBe("10");
  expect((await ask(shield, "203.0.113.2")).status).toBe(200);
  expect((await ask(shield, undefined)).status).toBe(200);
});

test("RLM-5 a shield that is away lets everybody through and says so", async () => {
  const logged: LogEntry[] = [];
  const broken: Shield = { limit: () => Promise.reject(new Error("away")) };
  expect((await ask(broken, "203.0.113.1", logged)).status).toBe(200);
  expect(logged).toMatchObject([{ level: "WARNING", action: "shield.ask" }]);
});

test("threat 26: a channel with too many requests is not asked; others in the same request are", async () => {
  const reached: string[] = [];
  const deps: IngressDeps = {
    platforms: new Map(),
    config: {},
    accept: async (entityId) => {
      reached.push(entityId);
      return { stored: 1, duplicates: 0, conflicts: 0 };
    },
    process: () => Promise.reject(new Error("not used")),
    suggest: () => Promise.reject(new Error("not used")),
    noticeBroadcast: () => Promise.reject(new Error("not used")),
    confirmLease: async () => false,
    isAwaited: async () => false,
    markSubscription: async () => undefined,
    noteRevoked: async () => undefined,
    log,
  };
  const shield = aShield(1);
  const first = withTenantShield(deps, shield);
  await first.deps.accept("twitch:1", []);
  expect(first.wasRefused()).toBe(false);
  const second = withTenantShield(deps, shield);
  await expect(second.deps.accept("twitch:1", [])).rejects.toThrow("too many");
  await second.deps.accept("twitch:2", []);
  expect(second.wasRefused()).toBe(true);
  expect(reached).toEqual(["twitch:1", "twitch:2"]);
});
