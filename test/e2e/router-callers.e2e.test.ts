import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { aLine, demoId, type RouterStack, startRouter, twitchEntity } from "#test/e2e/router-client";
import { eventually } from "#test/e2e/stack";

let router: RouterStack;
beforeAll(async () => {
  router = await startRouter();
});
afterAll(async () => router?.close());

const rowsOf = async (query: ReturnType<typeof sql>) => (await router.database.db.execute(query)).rows;

describe("who may", () => {
  test("a collector reports and may not change; a key of another community sees nothing", async () => {
    const collector = await router.makeKey({ roles: ["trigger"] });
    expect((await router.call("events", { key: collector, json: aLine() })).status).toBe(200);
    for (const path of ["commands", "string-rules", "metrics", `queues?entity_id=${twitchEntity}`])
      expect((await router.call(path, { key: collector })).status).toBe(403);
    const foreign = await router.makeKey({ roles: ["admin"], community_id: 1 });
    const ran = await router.say("!ping");
    expect((await router.call("events", { key: foreign, json: aLine() })).status).toBe(404);
    for (const path of [
      `executions?entity_id=${twitchEntity}`,
      `executions/${ran["execution_id"]}`,
      `sessions/${ran["session_id"]}?entity_id=${twitchEntity}`,
      `responses/${ran["execution_id"]}`,
      `dead-letters?entity_id=${twitchEntity}`,
      `queues?entity_id=${twitchEntity}`,
      `commands?community_id=${demoId}`,
      `string-rules?entity_id=${twitchEntity}`,
      `communities/${demoId}/modules`,
      `entities?community_id=${demoId}`,
    ])
      expect([path, (await router.call(path, { key: foreign })).status]).toEqual([path, 404]);
  });

  test("whoever is just a user looks into no channel", async () => {
    const user = await router.makeKey({ roles: ["user"] });
    const ran = await router.say("!ping");
    const at = encodeURIComponent(twitchEntity);
    expect(await router.ask(`executions?entity_id=${at}`, { key: user })).toEqual({ executions: [] });
    expect((await router.call(`executions/${ran["execution_id"]}`, { key: user })).status).toBe(404);
    expect((await router.call(`sessions/${ran["session_id"]}?entity_id=${at}`, { key: user })).status).toBe(
      403,
    );
    const own = await router.makeKey({ roles: ["user"], community_id: demoId });
    expect((await router.call(`executions/${ran["execution_id"]}`, { key: own })).status).toBe(200);
  });

  test("the record of an execution, and a dry replay of it", async () => {
    const ran = await router.say("!ping");
    const path = `executions/${ran["execution_id"]}`;
    expect(await router.ask(path)).toMatchObject({
      execution: { module: "core", trigger: { text: "!ping" } },
    });
    expect(await router.ask(`${path}/replay?dry=1`, { method: "POST" })).toMatchObject({
      execution: { status: "success" },
    });
    expect((await router.call(`${path}/replay`, { method: "POST" })).status).toBe(400);
    expect((await router.call("executions/nonsense")).status).toBe(404);
  });

  test("CCH-1 the metrics are those of the log, and a channel's own cache tells its hits and misses", async () => {
    await router.say("!ping");
    const metrics = await eventually(
      () => router.ask("metrics"),
      (all) =>
        z.looseObject({ processor: z.looseObject({ commands_processed: z.number() }) }).parse(all).processor
          .commands_processed > 0,
      20_000,
    );
    const [entities] = await rowsOf(sql`SELECT count(*)::int AS n FROM servers`);
    expect(metrics).toMatchObject({
      processor: { commands_successful: expect.any(Number), cache_hits: expect.any(Number) },
      string_matcher: { total_rules: 0 },
      database: { total_entities: entities?.["n"] },
      recent_performance: { success_rate: expect.any(Number) },
    });
    const channel = await router.ask(`metrics?entity_id=${encodeURIComponent(twitchEntity)}`);
    const counted = z.looseObject({
      channel: z.looseObject({ config_cache_hits: z.int(), config_cache_misses: z.int() }),
    });
    const { config_cache_hits, config_cache_misses } = counted.parse(channel).channel;
    expect(config_cache_misses).toBeGreaterThan(0);
    for (let n = 0; n < 5; n++) await router.say("!ping");
    const after = counted.parse(
      await router.ask(`metrics?entity_id=${encodeURIComponent(twitchEntity)}`),
    ).channel;
    expect(after.config_cache_hits).toBeGreaterThanOrEqual(config_cache_hits + 5);
    expect((await router.call("metrics?entity_id=twitch:nobody")).status).toBe(404);
    const health = await fetch(new URL("/router/health", router.stack.url));
    expect(await health.json()).toMatchObject({ success: true, status: "healthy", database: "ok" });
  });
});
