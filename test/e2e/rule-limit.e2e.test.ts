import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { demoId, type RouterStack, startRouter } from "#test/e2e/router-client";

let router: RouterStack;
beforeAll(async () => {
  router = await startRouter();
  await router.database.db.execute(sql`
    INSERT INTO string_rules (community_id, pattern, match_type, action, created_by, is_active)
    SELECT ${demoId}, 'never ' || n, 'exact', 'warn', 'test', n <= 199 FROM generate_series(1, 220) n`);
});
afterAll(async () => router?.close());

async function active(): Promise<unknown> {
  const { rows } = await router.database.db.execute(sql`
    SELECT count(*)::int AS n FROM string_rules WHERE community_id = ${demoId} AND is_active`);
  return rows[0]?.["n"];
}

test("STR of twenty rules that are made at once by a community with 199, exactly one becomes the 200th", async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      router.call("string-rules", { json: { community_id: demoId, string: `new ${n}`, action: "warn" } }),
    ),
  );
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array(19).fill(409)]);
  expect(await active()).toBe(200);
});

test("STR of rules that are switched on at once, no more than fit", async () => {
  const { rows } = await router.database.db.execute(sql`
    UPDATE string_rules SET is_active = false WHERE id IN (
      SELECT id FROM string_rules WHERE community_id = ${demoId} AND is_active ORDER BY id LIMIT 1) RETURNING id`);
  expect(rows).toHaveLength(1);
  const off = await router.database.db.execute(sql`
    SELECT id FROM string_rules WHERE community_id = ${demoId} AND NOT is_active ORDER BY id LIMIT 10`);
  const answers = await Promise.all(
    off.rows.map(({ id }) => router.call(`string-rules/${id}`, { method: "PUT", json: { is_active: true } })),
  );
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(9).fill(409)]);
  expect(await active()).toBe(200);
});
