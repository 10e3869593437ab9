import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type LabelAssignment, labelInput } from "#contracts/label";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { applyLabels, removeLabels } from "#workers/api/labels/assignment-store";
import { expireLabels } from "#workers/api/labels/expire-labels";
import {
  createLabel,
  findLabel,
  listLabels,
  removeLabel,
  updateLabel,
} from "#workers/api/labels/label-store";
import { labelsOf, searchByLabels } from "#workers/api/labels/search-store";
import { aLabel, by, on, seedCommunities } from "#workers/api/labels/testing";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  await seedCommunities(database.db);
});
afterAll(async () => database.close());

const here = { communityId: 50, by, mayGrantRoles: true };
const apply = (given: LabelAssignment[], change = here) =>
  applyLabels(database.db, given, change, Date.now());
const namesOn = async (id: string, communityId = 50) =>
  (await labelsOf(database.db, { communityId, type: "user", id })).map(({ name }) => name);
const search = async (
  names: string[],
  facts: { matchAll?: boolean; after?: string; limit?: number } = {},
) => {
  const asked = { communityId: 50, type: "user" as const, matchAll: true, after: "", limit: 100, names };
  return (await searchByLabels(database.db, { ...asked, ...facts })).map(({ entity_id }) => entity_id);
};
const audited = async (action: string) => {
  const { rows } = await database.db.execute(
    sql`SELECT actor, community_id, before, after FROM audit_log WHERE action = ${action} ORDER BY id`,
  );
  return rows;
};

describe("LBL-1 limits", () => {
  test("LBL-1 a community carries five labels and no sixth; an item ten", async () => {
    for (const [type, id, most] of [
      ["community", "50", 5],
      ["item", "sword", 10],
    ] as const) {
      const ids = [];
      for (let n = 0; n <= most; n++) ids.push(await aLabel(database.db, `limit ${n}`, { category: type }));
      const outcomes = [];
      for (const label of ids) outcomes.push(...(await apply([on(id, label, { entity_type: type })])));
      expect(outcomes).toEqual([...Array.from({ length: most }, () => "done"), "limit"]);
    }
  });

  test("LBL-1 the limit holds inside one bulk and for eight at the same moment", async () => {
    const ids = [];
    for (let n = 0; n < 8; n++) ids.push(await aLabel(database.db, `bulk ${n}`));
    const bulk = await apply(ids.map((id) => on("twitch:bulk", id)));
    expect(bulk.filter((one) => one === "done")).toHaveLength(5);
    expect(bulk.slice(5)).toEqual(["limit", "limit", "limit"]);
    const raced = await Promise.all(ids.map((id) => apply([on("twitch:race", id)])));
    expect(raced.flat().sort()).toEqual([...Array(5).fill("done"), ...Array(3).fill("limit")]);
    expect(await namesOn("twitch:race")).toHaveLength(5);
  });

  test("LBL-1 limits are per community: labels elsewhere do not count, and are not usable here", async () => {
    const foreign = await aLabel(database.db, "theirs", { communityId: 51 });
    expect(await apply([on("twitch:bulk", foreign)])).toEqual(["unknown"]);
    expect(await apply([on("twitch:bulk", foreign)], { ...here, communityId: 51 })).toEqual(["done"]);
    expect(await namesOn("twitch:bulk")).not.toContain("theirs");
    expect(await namesOn("twitch:bulk", 51)).toEqual(["theirs"]);
  });
});

test("LBL-2 DBP-5 a bulk of 1,000 with 3 duplicates: 997 and 3, in at most 10 statements, one audit row", async () => {
  const id = await aLabel(database.db, "thousand");
  const given = Array.from({ length: 1000 }, (_, n) => on(`twitch:t${n % 997}`, id));
  const calls = vi.spyOn(globalThis, "fetch");
  const outcomes = await apply(given);
  const statements = calls.mock.calls.flatMap(([, init]) => {
    const body: unknown = JSON.parse(String(init?.body));
    return body && typeof body === "object" && "queries" in body && Array.isArray(body.queries)
      ? body.queries
      : [body];
  });
  calls.mockRestore();
  expect(statements.length).toBeGreaterThan(0);
  expect(statements.length).toBeLessThanOrEqual(10);
  expect(outcomes.filter((one) => one === "done")).toHaveLength(997);
  expect(outcomes.slice(997)).toEqual(["duplicate", "duplicate", "duplicate"]);
  const rows = (await audited("label.apply")).filter((row) => JSON.stringify(row["after"]).includes("t996"));
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ actor: "tester", community_id: 50, after: { count: 997 } });
  expect(await apply(given.slice(0, 3))).toEqual(["duplicate", "duplicate", "duplicate"]);
});

describe("LBL-4 expiry", () => {
  test("LBL-4 what expired is nowhere from that moment; the clock removes it, once, with an audit row", async () => {
    const [short, long] = [await aLabel(database.db, "short"), await aLabel(database.db, "long")];
    const expires_at = new Date(Date.now() + 60_000).toISOString();
    expect(await apply([on("twitch:e", short, { expires_at }), on("twitch:e", long)])).toEqual([
      "done",
      "done",
    ]);
    expect(await namesOn("twitch:e")).toEqual(["long", "short"]);
    expect(await expireLabels(database.db, Date.now())).toEqual({ labels: 0, members: 0 });

    await database.db.execute(
      sql`UPDATE entity_labels SET expires_at = now() - interval '1 second' WHERE label_id = ${short}`,
    );
    expect(await namesOn("twitch:e")).toEqual(["long"]);
    expect(await search(["short"])).toEqual([]);
    expect(await removeLabels(database.db, [on("twitch:e", short)], here)).toEqual(["unknown"]);

    expect(await expireLabels(database.db, Date.now())).toEqual({ labels: 1, members: 0 });
    expect(await expireLabels(database.db, Date.now())).toEqual({ labels: 0, members: 0 });
    const { rows } = await database.db.execute(
      sql`SELECT label_id FROM entity_labels WHERE entity_id = 'twitch:e'`,
    );
    expect(rows).toEqual([{ label_id: long }]);
    expect(await audited("label.expire")).toMatchObject([
      { actor: "schedule", community_id: 50, before: { count: 1 } },
    ]);
  });

  test("LBL-4 an expired one frees its place and can be put on again before it was removed", async () => {
    const id = await aLabel(database.db, "again");
    const expires_at = new Date(Date.now() + 60_000).toISOString();
    await apply([on("twitch:a", id, { expires_at })]);
    expect(await apply([on("twitch:a", id)])).toEqual(["duplicate"]);
    await database.db.execute(sql`UPDATE entity_labels SET expires_at = now() WHERE label_id = ${id}`);
    expect(await apply([on("twitch:a", id)])).toEqual(["done"]);
    await expireLabels(database.db, Date.now() + 120_000);
    expect(await namesOn("twitch:a")).toEqual(["again"]);
    expect(await apply([on("twitch:b", id, { expires_at: new Date(Date.now() - 1).toISOString() })])).toEqual(
      ["invalid"],
    );
  });

  test("LBL-4 the clock works in bounded bites; a deleted label's assignments go the same way", async () => {
    const id = await aLabel(database.db, "doomed");
    await apply(Array.from({ length: 7 }, (_, n) => on(`twitch:d${n}`, id)));
    expect(await removeLabel(database.db, id, { communityId: 50, by, version: undefined })).toBe("done");
    expect(await namesOn("twitch:d1")).toEqual([]);
    expect(await search(["doomed"])).toEqual([]);
    expect(await findLabel(database.db, id, 50)).toBeUndefined();
    expect(await expireLabels(database.db, Date.now(), { rows: 3, batches: 1 })).toEqual({
      labels: 3,
      members: 0,
    });
    expect(await expireLabels(database.db, Date.now(), { rows: 3, batches: 5 })).toEqual({
      labels: 4,
      members: 0,
    });
  });
});

describe("LBL-5 search", () => {
  test("LBL-5 match_all finds only who holds both; without it, either; in pages", async () => {
    const [red, blue] = [await aLabel(database.db, "red"), await aLabel(database.db, "blue")];
    await apply([on("twitch:1", red), on("twitch:2", red), on("twitch:2", blue), on("twitch:3", blue)]);
    expect(await search(["red", "BLUE"])).toEqual(["twitch:2"]);
    expect(await search(["red", "blue"], { matchAll: false })).toEqual(["twitch:1", "twitch:2", "twitch:3"]);
    expect(await search(["red", "no such"])).toEqual([]);
    expect(await search(["red", "RED"])).toEqual(["twitch:1", "twitch:2"]);
    const page = await search(["red", "blue"], { matchAll: false, limit: 2 });
    expect(page).toEqual(["twitch:1", "twitch:2"]);
    const rest = await search(["red", "blue"], { matchAll: false, limit: 2, after: "twitch:2" });
    expect(rest).toEqual(["twitch:3"]);
  });

  test("LBL-5 SQL's wildcards and quotes are letters", async () => {
    const id = await aLabel(database.db, "100%");
    await apply([on("twitch:w", id)]);
    for (const name of ["%", "_", "100_", "r%", "' OR true --", "{red}", "\\"])
      expect(await search([name])).toEqual([]);
    expect(await search(["100%"])).toEqual(["twitch:w"]);
    expect(
      await searchByLabels(database.db, {
        communityId: 51,
        type: "user",
        names: ["100%"],
        matchAll: true,
        after: "",
        limit: 10,
      }),
    ).toEqual([]);
  });
});

describe("LBL-6 labels themselves", () => {
  test("LBL-6 the house's labels are everyone's to use and nobody's to change", async () => {
    const [memories] = await listLabels(database.db, {
      communityId: 51,
      category: "user",
      after: 0,
      limit: 1,
    });
    expect(memories).toMatchObject({ name: "memories", is_system: true, community_id: null });
    const id = memories?.id ?? 0;
    const to = { communityId: 50, by, version: undefined };
    expect(await updateLabel(database.db, id, { name: "mine" }, to)).toBe("none");
    expect(await removeLabel(database.db, id, to)).toBe("none");
    expect(await apply([on("twitch:m", id)])).toEqual(["done"]);
    expect(
      await createLabel(database.db, labelInput.parse({ name: "Memories", category: "user" }), here),
    ).toBe("duplicate");
  });

  test("a name is taken once in its category, whatever the case; versions keep two editors apart", async () => {
    const id = await aLabel(database.db, "Gold");
    const again = labelInput.parse({ name: "gOLD", category: "user" });
    expect(await createLabel(database.db, again, here)).toBe("duplicate");
    expect(await createLabel(database.db, { ...again, category: "item" }, here)).toMatchObject({
      name: "gOLD",
    });
    await aLabel(database.db, "Silver");
    const to = { communityId: 50, by, version: 1 };
    expect(await updateLabel(database.db, id, { name: "SILVER" }, to)).toBe("duplicate");
    const edits = await Promise.all([
      updateLabel(database.db, id, { color: "#112233" }, to),
      updateLabel(database.db, id, { color: "#445566" }, to),
    ]);
    expect(edits.filter((one) => one === "stale")).toHaveLength(1);
    expect(await findLabel(database.db, id, 50)).toMatchObject({ name: "Gold", version: 2, icon: null });
    expect(
      await updateLabel(database.db, id, { name: "x" }, { ...to, communityId: 51, version: undefined }),
    ).toBe("none");
    expect(await audited("label.update")).toMatchObject([
      { before: { version: 1, color: "#000000" }, after: { version: 2 } },
    ]);
  });
});
