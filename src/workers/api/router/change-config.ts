import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { type AuditActor, noteChange } from "#db/audit";
import type { Database } from "#db/client";
import { siblingsTold } from "#durable-objects/channel/load-config";

export interface ConfigChange {
  communityId: number;
  /** An INSERT, UPDATE or DELETE that ends in `RETURNING`, of at most one row. */
  change: SQL;
  /** For the audit log: `noun.verb`, and the column of the changed row that names it. */
  action: string;
  resourceType: string;
  resourceId: SQL;
  by: AuditActor;
  /** For a change that counts the community's rows: it waits for those before it, and sees what they wrote. */
  isAlone?: boolean;
}

export interface ChangedConfig {
  /** The changed row, as Postgres writes it in JSON. */
  row: unknown;
  version: number;
  /** The community's channels, to be told. */
  entityIds: string[];
}

const changed = z.object({ row: z.unknown(), version: z.int(), entity_ids: z.array(z.string()) });

/**
 * Changes what a channel's snapshot holds, raises the community's version and notes who did it: one statement, so all of
 * it happens or nothing. Undefined when nothing changed.
 */
export async function changeConfig(db: Database, facts: ConfigChange): Promise<ChangedConfig | undefined> {
  const { communityId, action, resourceType, resourceId, by } = facts;
  const note = noteChange(
    {
      action,
      resourceType,
      source: sql`changed`,
      resourceId,
      communityId: sql`${communityId}`,
      after: sql`to_jsonb(changed)`,
    },
    by,
  );
  const statement = db.execute(sql`
    WITH changed AS (${facts.change}),
    raised AS (
      UPDATE communities SET config_version = config_version + 1
      WHERE id = ${communityId} AND EXISTS (SELECT 1 FROM changed) RETURNING config_version),
    noted AS (${note})
    SELECT to_jsonb(changed) AS row, raised.config_version AS version, (
      SELECT coalesce(jsonb_agg(t.entity_id), '[]'::jsonb) FROM (
        SELECT entity_id FROM servers WHERE community_id = ${communityId} AND is_active
        ORDER BY created_at DESC LIMIT ${siblingsTold}) t) AS entity_ids
    FROM changed, raised`);
  const result = facts.isAlone ? await runAlone(db, communityId, statement) : await statement;
  const [found] = z.array(changed).parse(result.rows);
  return found && { row: found.row, version: found.version, entityIds: found.entity_ids };
}

/** The lock is a statement of its own, because a statement sees what was written when it began, not when it got the lock. */
async function runAlone(db: Database, communityId: number, statement: ReturnType<Database["execute"]>) {
  const lock = db.execute(sql`SELECT 1 FROM communities WHERE id = ${communityId} FOR UPDATE`);
  const [, result] = await db.batch([lock, statement]);
  return result;
}
