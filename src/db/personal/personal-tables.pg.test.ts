import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { checkAuditChain } from "#db/audit";
import { beginDeletion, findReceipt, finishDeletion, listOpenDeletions } from "#db/personal/delete-person";
import { exportPerson } from "#db/personal/export-person";
import { personalTables } from "#db/personal/personal-tables";
import { openTestDatabase, type TestDatabase } from "#db/testing";

const by = { actor: "1", ipHash: null, userAgent: null, requestId: "r" };
const canary = "Canary-Zwölfender-4711";
const secret = "sha256-of-a-secret";
const [adas, bobs] = ["twitch:710077701", "twitch:720088801"];

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database?.close());

describe("the list of tables that speak of people", () => {
  test("threat 28: every table with a column about somebody is on it, or goes with the person", async () => {
    const { rows } = await database.db.execute(sql`
      SELECT c.table_name AS name, array_agg(c.column_name::text) AS columns FROM information_schema.columns c
      JOIN information_schema.tables t USING (table_schema, table_name)
      WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.column_name ~
        '^(user_key|user_keys|user_id|hub_user_id|from_user_id|to_user_id|user_name|username|display_name|platform_user_id|actor|author|owner|email|principal|makers|.*_by)$'
        AND NOT EXISTS (
          SELECT 1 FROM pg_constraint f WHERE f.conrelid = (quote_ident(c.table_name))::regclass AND f.contype = 'f'
            AND f.confrelid = 'hub_users'::regclass AND f.confdeltype = 'c' AND c.table_name NOT IN ('hub_sign_ins'))
      GROUP BY c.table_name ORDER BY 1`);
    const undecided = rows.filter(({ name }) => !Object.hasOwn(personalTables, String(name)));
    expect(
      undecided,
      "say in src/db/personal/personal-tables.ts what becomes of these with the person",
    ).toEqual([]);
  });

  test("names only tables and columns that are there", async () => {
    const { tables } = await exportPerson(database.db, { userIds: [0], userKeys: ["twitch:0"] });
    expect(tables).toEqual({});
  });
});

describe("one person's data", () => {
  let [ada, bob] = [0, 0];
  const made = z.array(z.object({ id: z.int() }));

  beforeEach(async () => {
    const { db } = database;
    await db.execute(
      sql`TRUNCATE hub_users, communities, hub_deletions, activity_flushes, platform_events, platform_activities, command_executions CASCADE`,
    );
    await db.execute(
      sql`INSERT INTO communities (id, slug, name) VALUES (1, 'waddlebot-global', 'g'), (7, 'seven', 's')`,
    );
    await db.execute(
      sql`INSERT INTO servers (entity_id, community_id, platform, server_id) VALUES ('twitch:9', 7, 'twitch', '9')`,
    );
    const { rows } = await db.execute(sql`INSERT INTO hub_users (username, display_name, bio, email) VALUES
      ('a', ${canary}, ${canary}, ${`${canary}@example.org`.toLowerCase()}), ('b', 'Bob', '', NULL) RETURNING id`);
    [ada = 0, bob = 0] = made.parse(rows).map(({ id }) => id);
    for (const [userId, userKey, name] of [
      [ada, adas, canary],
      [bob, bobs, "Bob"],
    ] as const)
      await fill(userId, userKey, name);
  });

  async function fill(userId: number, userKey: string, name: string): Promise<void> {
    const { db } = database;
    const id = userKey.slice("twitch:".length);
    const steps = [
      sql`INSERT INTO platform_identities (hub_user_id, platform, platform_user_id, platform_username) VALUES (${userId}, 'twitch', ${id}, ${name})`,
      sql`INSERT INTO hub_sessions (id, hub_user_id, ends_at, user_agent) VALUES (${`${secret}${id}`}, ${userId}, now() + interval '1 day', ${name})`,
      sql`INSERT INTO user_api_keys (hub_user_id, name, key_hash, ending, expires_at) VALUES (${userId}, ${name}, ${`${secret}${id}`}, 'abcd', now() + interval '1 day')`,
      sql`INSERT INTO community_memberships (community_id, user_key) VALUES (7, ${userKey}), (1, ${userKey})`,
      sql`INSERT INTO community_activity (community_id, user_key, user_name, points) VALUES (7, ${userKey}, ${name}, 5)`,
      sql`INSERT INTO member_notes (community_id, user_key, text, created_by) VALUES (7, ${userKey}, ${`${name} was rude`}, 'service')`,
      sql`INSERT INTO reputation_events (community_id, user_key, event_key, event_name, units, points, previous_points, new_points, score_change, previous_score, new_score, reason)
        VALUES (7, ${userKey}, 'k', 'chat', 1, 1, 0, 1, 0, 600, 600, ${name})`,
      sql`INSERT INTO platform_activities (id, entity_id, event_id, community_id, platform, activity_type, user_key, user_name, context_sent, occurred_at)
        VALUES (${`a${userId}`}, 'twitch:9', 'e', 7, 'twitch', 'follow', ${userKey}, ${name}, true, now())`,
      sql`INSERT INTO platform_events (id, entity_id, event_id, community_id, platform, type, platform_ids, event_data, processed, occurred_at)
        VALUES (${`e${userId}`}, 'twitch:9', 'e', 7, 'twitch', 'follow', ${JSON.stringify({ user: id })}::jsonb, ${JSON.stringify({ name })}::jsonb, true, now())`,
      sql`INSERT INTO command_executions (id, community_id, entity_id, user_key, status, execution_time_ms) VALUES (${`x${userId}`}, 7, 'twitch:9', ${userKey}, 'success', 1)`,
      sql`INSERT INTO community_join_requests (community_id, user_key, message) VALUES (7, ${userKey}, ${name})`,
      sql`INSERT INTO timers (community_id, entity_id, cron, action, payload, role, makers, created_by) VALUES (7, 'twitch:9', '* * * * *', 'message', 'hi', 'moderator', ${`{${userKey}}`}::text[], ${String(userId)})`,
      sql`INSERT INTO config_versions (community_id, actor, kind, object_id, after) VALUES (7, ${userKey}, 'timer', '1', '{}'::jsonb)`,
    ];
    for (const step of steps) await db.execute(step);
  }

  /** The whole database as text, table by table; the audit log and the receipts apart. */
  async function dump(): Promise<string> {
    const { rows } = await database.db.execute(sql`
      SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`);
    const texts = [];
    for (const { name } of rows) {
      const one = await database.db.execute(
        sql`SELECT jsonb_agg(t)::text AS text FROM ${sql.raw(`"${String(name)}"`)} t`,
      );
      texts.push(`${String(name)}: ${String(one.rows[0]?.["text"])}`);
    }
    return texts.join("\n");
  }

  const seen: string[] = [];
  const objects = {
    async memberChat({ communityId, userIds }: { communityId: number; userIds: readonly number[] }) {
      seen.push(`chat ${communityId} ${userIds.join()}`);
      return 3;
    },
    async channel({ entityId, userKeys }: { entityId: string; userKeys: readonly string[] }) {
      seen.push(`channel ${entityId} ${userKeys.join()}`);
      return 2;
    },
  };
  const begin = async (userId: number) => {
    const begun = await beginDeletion(database.db, userId, by);
    return begun.kind === "begun" ? begun.id : begun.kind;
  };

  test("the export has all of it, nothing of others, and no secret", async () => {
    const { tables, cut } = await exportPerson(database.db, { userIds: [ada], userKeys: [adas] });
    expect(cut).toEqual([]);
    const text = JSON.stringify(tables);
    expect(text).not.toContain(secret);
    expect(text).not.toContain("Bob");
    expect(Object.keys(tables).sort()).toEqual([
      "command_executions",
      "community_activity",
      "community_join_requests",
      "community_memberships",
      "config_versions",
      "hub_sessions",
      "hub_users",
      "member_notes",
      "platform_activities",
      "platform_events",
      "platform_identities",
      "reputation_events",
      "timers",
      "user_api_keys",
    ]);
  });

  test("threat 28: after a deletion nothing in the database has the person's name or account, and others keep theirs", async () => {
    expect(await dump()).toContain(canary);
    seen.length = 0;
    const id = await begin(ada);
    await finishDeletion(database.db, id, objects);
    expect(seen).toEqual([`chat 7 ${ada}`, `channel twitch:9 ${adas}`]);
    const text = await dump();
    for (const trace of [canary, canary.toLowerCase(), adas, "710077701"]) expect(text).not.toContain(trace);
    for (const table of [
      "community_activity",
      "member_notes",
      "platform_events",
      "hub_users",
      "config_versions",
    ])
      expect(text).toMatch(new RegExp(`${table}: .*(Bob|${bobs})`));
    const receipt = await findReceipt(database.db, id);
    expect(receipt).toMatchObject({
      finished_at: expect.any(String),
      steps: {
        member_chat: 3,
        channels: 2,
        community_activity: 1,
        member_notes: 1,
        command_executions: 1,
        timers: 1,
        hub_users: 1,
      },
      kept: { audit_log: expect.stringContaining("provable"), overlays: expect.any(String) },
    });
    expect((await checkAuditChain(database.db)).firstBrokenId).toBeNull();
    expect(await begin(ada)).toBe("missing");
  });

  test("killed after any step and run again it comes to the same end, and nobody gets in meanwhile", async () => {
    const id = await begin(ada);
    const { rows } = await database.db.execute(sql`SELECT id FROM hub_sessions WHERE hub_user_id = ${ada}`);
    expect(rows).toEqual([]);
    for (let calls = 0; ; calls++) {
      let left = calls * 3;
      const dying = new Proxy(database.db, {
        get(target, name) {
          const whole = Reflect.get(target, name, target);
          if (name !== "execute") return whole;
          return (...given: unknown[]) => {
            if (left-- <= 0) throw new Error("killed");
            return Reflect.apply(target.execute, target, given);
          };
        },
      });
      await finishDeletion(dying, id, objects).catch(() => undefined);
      if ((await listOpenDeletions(database.db)).length === 0) break;
      expect(calls).toBeLessThan(100);
    }
    const text = await dump();
    for (const trace of [canary, adas]) expect(text).not.toContain(trace);
    expect(text).toContain("Bob");
  });

  test("the last owner of a community is told to hand it over, and stays as they are", async () => {
    await database.db.execute(
      sql`INSERT INTO community_rbac (community_id, user_key, role) VALUES (7, ${adas}, 'owner')`,
    );
    const before = await dump();
    expect(await beginDeletion(database.db, ada, by)).toEqual({ kind: "owner", communities: ["s"] });
    expect(await dump()).toBe(before);
    await database.db.execute(
      sql`INSERT INTO community_rbac (community_id, user_key, role) VALUES (7, ${bobs}, 'owner')`,
    );
    expect(await begin(ada)).toMatch(/^[0-9a-f-]{36}$/);
  });
});
