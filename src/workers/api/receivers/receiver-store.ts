import { asc, type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import type { Database } from "#db/client";
import { collectorModules } from "#db/schema/legacy";
import { type LogQuery, shownActivity, shownEvent } from "#workers/api/receivers/receiver-schemas";

export async function readReceivers(db: Database) {
  const rows = await db.select().from(collectorModules).orderBy(asc(collectorModules.moduleName)).limit(1000);
  return rows.map((row) => ({
    module_name: row.moduleName,
    module_version: row.moduleVersion,
    platform: row.platform,
    endpoint_url: row.endpointUrl,
    status: row.status,
    last_heartbeat: row.lastHeartbeat?.toISOString() ?? null,
  }));
}

/** `communityId` null is all of them. */
export async function readEvents(db: Database, communityId: number | null, query: LogQuery) {
  const rows = await read(
    db,
    sql`platform_events`,
    [
      ...common(sql`platform_events`, communityId, query),
      ...(query.type === undefined ? [] : [sql`type = ${query.type}`]),
    ],
    query.limit,
  );
  return z.array(shownEvent).parse(rows);
}

export async function readActivities(db: Database, communityId: number | null, query: LogQuery) {
  const rows = await read(
    db,
    sql`platform_activities`,
    [
      ...common(sql`platform_activities`, communityId, query),
      ...(query.type === undefined ? [] : [sql`activity_type = ${query.type}`]),
      ...(query.user === undefined ? [] : [sql`user_key = ${query.user}`]),
    ],
    query.limit,
  );
  return z.array(storedActivity).parse(rows);
}

const storedActivity = z
  .object({ ...shownActivity.omit({ user: true }).shape, user_key: z.string() })
  .transform(({ user_key, ...rest }) => ({ ...rest, user: user_key }));

/** The first of the two orders is the index's; the id decides among what happened in one moment. */
async function read(db: Database, table: SQL, conditions: SQL[], limit: number): Promise<unknown[]> {
  const { rows } = await db.execute(sql`
    SELECT to_jsonb(r) - 'created_at' AS row FROM ${table} r WHERE ${sql.join(conditions, sql` AND `)}
    ORDER BY occurred_at DESC, id DESC LIMIT ${limit}`);
  return z
    .array(z.object({ row: z.unknown() }))
    .parse(rows)
    .map(({ row }) => row);
}

function common(table: SQL, communityId: number | null, query: LogQuery): SQL[] {
  const { entity_id, platform, from, to, before } = query;
  return [
    sql`true`,
    ...(communityId === null ? [] : [sql`community_id = ${communityId}`]),
    ...(entity_id === undefined ? [] : [sql`entity_id = ${entity_id}`]),
    ...(platform === undefined ? [] : [sql`platform = ${platform}`]),
    ...(from === undefined ? [] : [sql`occurred_at >= ${from}::timestamptz`]),
    ...(to === undefined ? [] : [sql`occurred_at <= ${to}::timestamptz`]),
    ...(before === undefined
      ? []
      : [sql`(occurred_at, id) < (SELECT occurred_at, id FROM ${table} WHERE id = ${before})`]),
  ];
}
