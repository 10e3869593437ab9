import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { entityGroupInput } from "#contracts/label";
import { openCommunityDatabase } from "#db/client";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { applyLabels } from "#workers/api/labels/assignment-store";
import { createGroup } from "#workers/api/labels/group-store";
import { runDue } from "#workers/api/labels/run-due";
import { aLabel, aSender, by, on, seedCommunities } from "#workers/api/labels/testing";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  await seedCommunities(database.db);
});
afterAll(() => database.close());

const minuteMs = 60_000;
const ahead = (minutes: number) => new Date(Date.now() + minutes * minuteMs).toISOString();

test("LBL-4 a lapse takes the role away once, here alone, and says when the next one is", async () => {
  const { db } = database;
  const here = { communityId: 50, by, mayGrantRoles: true };
  const label = await aLabel(db, "vip for an hour");
  const group = {
    name: "R",
    entity_id: "discord:900",
    kind: "discord_role",
    role_id: "555",
    label_id: label,
  };
  expect(typeof (await createGroup(db, entityGroupInput.parse(group), here))).toBe("object");
  const [soon, later] = [ahead(10), ahead(60)];
  const there = { ...here, communityId: 51 };
  const elsewhere = await aLabel(db, "theirs", { communityId: 51 });
  await applyLabels(db, [on("discord:9", elsewhere, { expires_at: ahead(5) })], there, Date.now());
  await applyLabels(db, [on("discord:1", label, { expires_at: soon })], here, Date.now());
  await applyLabels(db, [on("discord:2", label, { expires_at: later })], here, Date.now());

  const address = { DATABASE_URL: database.url, DATABASE_HTTP_ENDPOINT: database.endpoint };
  const own = openCommunityDatabase(address, 50);
  const sender = aSender();
  expect(await runDue(own, sender, Date.now())).toBe(Date.parse(soon));
  expect(sender.asked.map(({ action, params }) => [action, params["userId"]]).sort()).toEqual([
    ["add_role", "1"],
    ["add_role", "2"],
  ]);

  const lapsed = Date.now() + 11 * minuteMs;
  sender.asked.length = 0;
  expect(await runDue(own, sender, lapsed)).toBe(Date.parse(later));
  expect(await runDue(own, sender, lapsed)).toBe(Date.parse(later));
  expect(sender.asked.map(({ action, params }) => [action, params["userId"]])).toEqual([
    ["remove_role", "1"],
  ]);
  const { rows } = await db.execute(
    sql`SELECT community_id, entity_id FROM entity_labels ORDER BY entity_id`,
  );
  expect(rows).toEqual([
    { community_id: 50, entity_id: "discord:2" },
    { community_id: 51, entity_id: "discord:9" },
  ]);

  expect(await runDue(own, sender, Date.now() + 61 * minuteMs)).toBeUndefined();
});
