import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import {
  aLine,
  demoId,
  type RouterStack,
  slackEntity,
  startRouter,
  twitchEntity,
} from "#test/e2e/router-client";
import { eventually } from "#test/e2e/stack";

let router: RouterStack;
beforeAll(async () => {
  router = await startRouter();
});
afterAll(async () => router?.close());

const rowsOf = async (query: ReturnType<typeof sql>) => (await router.database.db.execute(query)).rows;

describe("one event", () => {
  test("RTR-1 a plain line is not processed; its session resolves to its channel", async () => {
    const reply = await router.say("hello");
    expect(reply).toMatchObject({
      success: true,
      processed: false,
      message: "Not a command",
      status_code: 200,
      session_id: expect.stringMatching(/^sess_/),
      module_results: [],
    });
    const session = await router.ask(
      `sessions/${reply["session_id"]}?entity_id=${encodeURIComponent(twitchEntity)}`,
    );
    expect(session).toMatchObject({ entity_id: twitchEntity, request_count: 2 });
  });

  test("RTR-2 a command calls its module once, leaves one row and one use more", async () => {
    const usage = async () =>
      Number((await rowsOf(sql`SELECT usage_count FROM commands WHERE name = 'help'`))[0]?.["usage_count"]);
    const before = await usage();
    const line = aLine({ message_content: "!help" });
    const reply = await router.ask("events", { json: line });
    expect(reply).toMatchObject({
      success: true,
      processed: true,
      command: "help",
      status_code: 200,
      reputation_processed: true,
      module_results: [{ module: "core", handler: "help", success: true }],
    });
    expect(reply["response"]).toContain("!quote");
    await eventually(usage, (now) => now === before + 1, 20_000);
    expect(
      await rowsOf(
        sql`SELECT status, module FROM command_executions WHERE user_key = ${`twitch:${line["user_id"]}`}`,
      ),
    ).toEqual([{ status: "success", module: "core" }]);
  });

  test("RTR-2 both spellings, entity_id and the 004 path do the same", async () => {
    const later = { entity_id: twitchEntity, user_id: "1", username: "ada", message: "!ping" };
    expect(await router.ask("events", { json: later })).toMatchObject({ command: "ping", success: true });
    for (const path of ["/router/events", "/api/router/events"]) {
      const old = await router.call(path, { json: aLine({ message_content: "!ping" }) });
      expect(old).toMatchObject({ status: 200, body: { success: true, command: "ping", status_code: 200 } });
      expect(old.body).not.toHaveProperty("data");
    }
  });

  test("RTR-3 an unknown command is 404 in the result", async () => {
    expect(await router.say("!nosuch")).toMatchObject({
      success: false,
      status_code: 404,
      message: expect.stringContaining("not found"),
    });
    const old = await router.call("/router/events", { json: aLine({ message_content: "!nosuch" }) });
    expect(old).toMatchObject({ status: 200, body: { success: false, status_code: 404 } });
  });

  test("RTR-4 a command switched off for this channel is 403 there and no module is called; elsewhere it runs", async () => {
    const { commands } = await router.ask("commands?prefix=!&limit=1000");
    const list = z.array(z.object({ id: z.int(), command: z.string() })).parse(commands);
    const { id } = list.find(({ command }) => command === "stats") ?? { id: 0 };
    const off = { entity_id: twitchEntity, is_enabled: false };
    await router.ask(`commands/${id}/permissions`, { method: "PUT", json: off });
    expect(await router.say("!stats")).toMatchObject({
      success: false,
      status_code: 403,
      module_results: [],
    });
    expect(
      await router.say("!stats", { platform: undefined, server_id: undefined, entity_id: slackEntity }),
    ).toMatchObject({ success: true });
    await router.ask(`commands/${id}/permissions`, { method: "PUT", json: { ...off, is_enabled: true } });
    expect(await router.say("!stats")).toMatchObject({ success: true });
  });

  test("RTR-5 what is missing is named, and an unknown type is answered with the valid ones", async () => {
    const bad = await router.call("events", {
      json: {
        platform: "twitch",
        server_id: "1",
        user_id: "1",
        message_content: "x",
        message_type: "chatMessage",
      },
    });
    expect(bad).toMatchObject({ status: 400, body: { error: { details: [{ field: "user_name" }] } } });
    const bogus = await router.call("events", { json: aLine({ message_type: "bogus" }) });
    expect(bogus).toMatchObject({ status: 400, body: { error: { details: [{ field: "message_type" }] } } });
    for (const type of ["chatMessage", "channel_join", "stream_offline", "gift_subscription"])
      expect(JSON.stringify(bogus.body)).toContain(type);
    expect(await router.call("events", { json: {} })).toMatchObject({ status: 400 });
    expect(await router.call("events", { json: aLine({ surprise: 1 }) })).toMatchObject({
      status: 400,
      body: { error: { details: [{ field: "surprise" }] } },
    });
  });

  test("RTR-7 event modules: 10 is done before 20 starts, a parallel one runs beside, all are in the result, and reputation is written", async () => {
    const hook = (command: string, priority: number, execution_mode: string) => ({
      community_id: demoId,
      prefix: "#",
      command,
      description: command,
      target: { type: "webhook", url: `https://${command}.example/slow` },
      trigger_type: "event",
      event_types: ["boost"],
      priority,
      execution_mode,
    });
    for (const json of [
      hook("ten", 10, "sequential"),
      hook("twenty", 20, "sequential"),
      hook("beside", 30, "parallel"),
    ])
      await router.ask("commands", { json });
    const reply = await router.ask("events", {
      json: aLine({ message_type: "boost", message_content: undefined }),
    });
    expect(reply).toMatchObject({
      success: true,
      processed: true,
      event_modules_executed: 3,
      reputation_processed: true,
    });
    const results = z
      .array(
        z.object({
          module: z.string(),
          success: z.boolean(),
          started_at: z.string(),
          finished_at: z.string(),
        }),
      )
      .parse(reply["module_results"]);
    const of = (name: string) => results.find(({ module }) => module === `community.${name}`);
    expect(results.map(({ success }) => success)).toEqual([true, true, true]);
    expect(Date.parse(of("twenty")?.started_at ?? "")).toBeGreaterThanOrEqual(
      Date.parse(of("ten")?.finished_at ?? "x"),
    );
    expect(Date.parse(of("beside")?.started_at ?? "")).toBeLessThan(
      Date.parse(of("ten")?.finished_at ?? "x"),
    );
    const follower = aLine({ message_type: "follow", message_content: undefined });
    expect(await router.ask("events", { json: follower })).toMatchObject({
      success: true,
      event_modules_executed: 1,
    });
    const points = () =>
      rowsOf(
        sql`SELECT points FROM community_activity WHERE community_id = 2 AND user_key = ${`twitch:${follower["user_id"]}`}`,
      );
    expect(await eventually(points, (rows) => rows.length === 1, 20_000)).toEqual([{ points: "10" }]);
  });

  test("RTR-10 a Discord slash command runs as its chat line and gets its ids back", async () => {
    const reply = await router.ask("events", {
      json: {
        platform: "discord",
        server_id: "G1",
        channel_id: "C1",
        user_id: "5",
        user_name: "bob",
        message_type: "slashCommand",
        command_name: "help",
        options: { word: "quote" },
        interaction_id: "i-1",
        interaction_token: "t-1",
      },
    });
    expect(reply).toMatchObject({
      success: true,
      command: "help",
      platform: "discord",
      interaction_id: "i-1",
      interaction_token: "t-1",
    });
    expect(reply["response"]).toContain("quote");
  });

  test("a repeated platform id has one effect; the same id with other words is a conflict", async () => {
    const line = aLine({ message_content: "!ping", message_id: "m-77" });
    const first = await router.ask("events", { json: line });
    const again = await router.ask("events", { json: line });
    expect(again).toMatchObject({
      duplicate: true,
      execution_id: first["execution_id"],
      response: first["response"],
    });
    expect(await router.ask("events", { json: { ...line, message_content: "!help" } })).toMatchObject({
      success: false,
      status_code: 409,
    });
  });

  test("an unknown channel is registered with its first event, in the global community, and works at once", async () => {
    const facts = { platform: "slack", server_id: "T9", message_content: "!ping" };
    expect(await router.ask("events", { json: aLine({ ...facts, user_id: "U1" }) })).toMatchObject({
      success: true,
      command: "ping",
    });
    expect(
      await rowsOf(
        sql`SELECT community_id, owner, config, is_active FROM servers WHERE entity_id = 'slack:T9'`,
      ),
    ).toEqual([{ community_id: 1, owner: "slack:U1", config: { name: "Slack Server T9" }, is_active: true }]);
    const { entities } = await router.ask("entities?platform=slack");
    expect(entities).toContainEqual(expect.objectContaining({ entity_id: "slack:T9", community_id: 1 }));
  });

  test("SES-2 every event has its own session, and each is of its own channel", async () => {
    const [first, second, other] = [
      await router.say("one"),
      await router.say("two"),
      await router.say("three", { platform: undefined, server_id: undefined, entity_id: slackEntity }),
    ];
    const ids = [first, second, other].map((reply) => reply["session_id"]);
    expect(new Set(ids).size).toBe(3);
    const at = (entity: string) => `sessions/${ids[2]}?entity_id=${encodeURIComponent(entity)}`;
    expect(await router.ask(at(slackEntity))).toMatchObject({ entity_id: slackEntity });
    expect((await router.call(at(twitchEntity))).status).toBe(404);
  });
});

describe("many events", () => {
  test("RTR-6 a hundred are run, a hundred and one refused, a bad one is skipped and counted", async () => {
    const lines = Array.from({ length: 100 }, () => aLine());
    const reply = await router.ask("events/batch", { json: { events: lines } });
    expect(reply).toMatchObject({
      total_count: 100,
      processed_count: 100,
      successful_count: 100,
      failed_count: 0,
    });
    expect((await router.call("events/batch", { json: { events: [...lines, aLine()] } })).status).toBe(400);
    const mixed = await router.call("/router/events/batch", {
      json: { events: [aLine(), { nonsense: 1 }, aLine({ message_content: "!nosuch" })] },
    });
    expect(mixed).toMatchObject({
      status: 200,
      body: {
        success: true,
        total_count: 3,
        processed_count: 2,
        successful_count: 1,
        failed_count: 2,
        skipped: [{ index: 1 }],
      },
    });
  });
});
