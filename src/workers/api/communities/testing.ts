import { sql } from "drizzle-orm";
import type { Database } from "#db/client";
import { type CommunityFields, type CommunityRow, createCommunity } from "#db/communities/community-store";
import { nameKey } from "#db/communities/names";
import { openTestDatabase, type TestDatabase } from "#db/testing";

export const by = { actor: "service", ipHash: null, userAgent: null, requestId: "r" };
export const now = 1_800_000_000_000;
export const hour = 3_600_000;

/** A database with the global community in it. */
export async function openCommunities(): Promise<TestDatabase> {
  const database = await openTestDatabase();
  await database.db.execute(
    sql`INSERT INTO communities (id, slug, name) VALUES (1, 'waddlebot-global', 'WaddleBot Global')`,
  );
  await database.db.execute(sql`SELECT setval(pg_get_serial_sequence('communities', 'id'), 10)`);
  return database;
}

let count = 0;

export function fieldsOf(name: string, facts: Partial<CommunityFields> = {}): CommunityFields {
  const usual = { description: "", type: "creator", joinMode: "open" } as const;
  return { name, nameKey: nameKey(name), ...usual, theme: { logo_url: null, colors: {} }, ...facts };
}

export function make(
  db: Database,
  name: string,
  slug: string,
  facts: Partial<CommunityFields> & { owner?: string } = {},
) {
  const { owner = `twitch:owner${++count}`, ...fields } = facts;
  return createCommunity(db, { ...fieldsOf(name, fields), slug }, { owner, by });
}

/** A new one, of its own name. */
export async function aCommunity(
  db: Database,
  facts: Partial<CommunityFields> & { owner?: string } = {},
): Promise<CommunityRow> {
  const made = await make(db, `Pond ${++count}`, `pond${count}`, facts);
  if (typeof made === "string") throw new Error(made);
  return made;
}

/** What the audit log says was done in a community, in order. */
export async function audited(db: Database, communityId: number): Promise<unknown[]> {
  const { rows } = await db.execute(
    sql`SELECT action FROM audit_log WHERE community_id = ${communityId} ORDER BY id`,
  );
  return rows.map((row) => row["action"]);
}
