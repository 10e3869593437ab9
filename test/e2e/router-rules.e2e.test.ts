import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { demoId, type RouterStack, slackEntity, startRouter, twitchEntity } from "#test/e2e/router-client";
import { eventually } from "#test/e2e/stack";

let router: RouterStack;
beforeAll(async () => {
  router = await startRouter();
});
afterAll(async () => router?.close());

const made = z.object({ rule: z.looseObject({ id: z.int(), match_count: z.int() }) });
const onSlack = { platform: undefined, server_id: undefined, entity_id: slackEntity };

async function aRule(facts: Record<string, unknown>): Promise<number> {
  const { rule } = made.parse(
    await router.ask("string-rules", { json: { community_id: demoId, action: "warn", ...facts } }),
  );
  return rule.id;
}

const remove = (id: number) => router.ask(`string-rules/${id}`, { method: "DELETE" });

test("STR-1 a rule of one channel warns there, is counted with its time, and leaves the other channel alone", async () => {
  const id = await aRule({ string: "badword", match_type: "contains", enabled_entity_ids: [twitchEntity] });
  expect(await router.say("BADWORD!")).toMatchObject({
    processed: true,
    string_match: { rule_id: id, action: "warn" },
    response: "Warning: Your message contains content that may violate community guidelines.",
  });
  expect(await router.say("BADWORD!", onSlack)).toMatchObject({ processed: false, string_match: null });
  const row = async () =>
    (
      await router.database.db.execute(
        sql`SELECT match_count, last_matched FROM string_rules WHERE id = ${id}`,
      )
    ).rows[0];
  expect(await eventually(row, (found) => Number(found?.["match_count"]) > 0, 20_000)).toEqual({
    match_count: "1",
    last_matched: expect.any(String),
  });
  expect(await router.ask("string-rules/stats")).toMatchObject({
    total_rules: 1,
    warn_rules: 1,
    block_rules: 0,
    total_matches: 1,
    compiled_regex_cache_size: expect.any(Number),
  });
  await remove(id);
});

test("STR-2 of two rules that match the one with the lower priority wins", async () => {
  const block = await aRule({ string: "both", action: "block", priority: 10 });
  const warn = await aRule({ string: "both", priority: 5, warning_message: "mind your words" });
  expect(await router.say("both of them")).toMatchObject({
    string_match: { rule_id: warn },
    response: "mind your words",
  });
  // A change acts on the next message.
  await router.ask(`string-rules/${warn}`, { method: "PUT", json: { priority: 20 } });
  expect(await router.say("both of them")).toMatchObject({
    string_match: { rule_id: block, action: "block" },
  });
  await Promise.all([remove(block), remove(warn)]);
});

test("STR-4 a pattern that is none is refused with a reason under the name its author knows", async () => {
  const json = { community_id: demoId, string: "(", match_type: "regex", action: "warn" };
  expect(await router.call("string-rules", { json })).toMatchObject({
    status: 400,
    body: { error: { details: [{ field: "string" }] } },
  });
  const id = await aRule({ string: "fine", match_type: "contains" });
  const patch = await router.call(`string-rules/${id}`, {
    method: "PUT",
    json: { match_type: "regex", string: "[" },
  });
  expect(patch).toMatchObject({ status: 400, body: { error: { details: [{ field: "string" }] } } });
  const command = { community_id: demoId, string: "x", action: "command" };
  expect(await router.call("string-rules", { json: command })).toMatchObject({
    body: { error: { details: [{ field: "command_to_execute" }] } },
  });
  for (const missing of [{ action: "warn" }, { string: "x" }])
    expect((await router.call("string-rules", { json: { community_id: demoId, ...missing } })).status).toBe(
      400,
    );
  await remove(id);
});

test("STR-5 a * rule posts the documented body for any text", async () => {
  const id = await aRule({ string: "*", action: "webhook", webhook_url: "https://hooks.example/any" });
  expect(await router.say("whatever this is")).toMatchObject({
    string_match: { rule_id: id, action: "webhook" },
  });
  const [post] = await eventually(
    () => router.fetched().filter(({ url }) => url.includes("/any")),
    (all) => all.length > 0,
  );
  expect(post).toMatchObject({
    headers: { "X-WaddleBot-Source": "string-matcher", "X-WaddleBot-Type": "string-match-webhook" },
    body: {
      type: "string_match",
      rule_id: id,
      pattern: "*",
      message_content: "whatever this is",
      context: { platform: "twitch", entity_id: twitchEntity },
    },
  });
  await remove(id);
});

test("STR-6 a deleted rule hits no more; its row stays, switched off, and can be switched on again", async () => {
  const id = await aRule({ string: "gone soon" });
  expect(await router.say("gone soon")).toMatchObject({ string_match: { rule_id: id } });
  expect(await remove(id)).toEqual({ id, is_active: false });
  expect(await remove(id)).toEqual({ id, is_active: false });
  expect(await router.say("gone soon")).toMatchObject({ processed: false, string_match: null });
  const { rules } = await router.ask(`string-rules?community_id=${demoId}&is_active=false`);
  expect(rules).toContainEqual(expect.objectContaining({ id, is_active: false, string: "gone soon" }));
  await router.ask(`string-rules/${id}`, { method: "PUT", json: { is_active: true } });
  expect(await router.say("gone soon")).toMatchObject({ string_match: { rule_id: id } });
  await remove(id);
});

test("a rule in shadow mode is listed with what it would have hit, on the 004 path too", async () => {
  const id = await aRule({ string: "ghost", is_shadow: true });
  expect(await router.say("a ghost 👻")).toMatchObject({ processed: false, string_match: null });
  const listed = await eventually(
    () => router.ask("string-rules/would-have-hit"),
    (all) => JSON.stringify(all).includes("a ghost"),
    20_000,
  );
  expect(listed).toMatchObject({ would_have_hit: [{ id, shadow_count: 1, last_shadow_text: "a ghost 👻" }] });
  expect(await router.call("/router/string-rules/would-have-hit")).toMatchObject({
    body: { success: true, count: 1 },
  });
  await remove(id);
});

test("a community has at most 200 active rules, and another one's are not to be found", async () => {
  await router.database.db.execute(sql`
    INSERT INTO string_rules (community_id, pattern, match_type, action, created_by)
    SELECT ${demoId}, 'p' || n, 'exact', 'warn', 'test' FROM generate_series(1, 200) n`);
  const json = { community_id: demoId, string: "one more", action: "warn" };
  expect((await router.call("string-rules", { json })).status).toBe(409);
  const foreign = await router.makeKey({ roles: ["admin"], community_id: 1 });
  const { rules } = await router.ask(`string-rules?community_id=${demoId}&limit=1`);
  const [first] = z.array(z.object({ id: z.int() })).parse(rules);
  for (const method of ["PUT", "DELETE"]) {
    const call = { method, key: foreign, ...(method === "PUT" ? { json: { priority: 1 } } : {}) };
    expect((await router.call(`string-rules/${first?.id}`, call)).status).toBe(404);
  }
  expect((await router.call("string-rules", { key: foreign, json })).status).toBe(404);
});
