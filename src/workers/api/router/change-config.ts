import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import type { ConfigKind } from "#contracts/config-version";
import { type AuditActor, noteChange } from "#db/audit";
import type { Database } from "#db/client";
import { siblingsTold } from "#db/communities/siblings-told";
import { configTable, objectIdOf } from "#db/config-tables";
import { loggedBefore, noteVersion, withoutUnlogged } from "#db/config-versions";

interface AnyChange {
  communityId: number;
  /** An INSERT, UPDATE or DELETE that ends in `RETURNING *`, of at most one row. */
  change: SQL;
  /** For the audit log: `noun.verb`. */
  action: string;
  by: AuditActor;
}

/** Of what people set up: it is kept as a version. */
interface VersionedConfigChange extends AnyChange {
  kind: ConfigKind;
  /** The row is there no more. */
  isRemoval?: boolean;
}

/** Of what a snapshot holds beside: which channels and accounts there are. */
interface PlainConfigChange extends AnyChange {
  kind?: never;
  resourceType: string;
  resourceId: SQL;
  /** The row as it was, as JSON; a statement sees what was there when it began. */
  before?: SQL;
}

export type ConfigChange = VersionedConfigChange | PlainConfigChange;

export interface ChangedConfig {
  /** The changed row, as Postgres writes it in JSON. */
  row: unknown;
  version: number;
  /** The community's channels, to be told. */
  entityIds: string[];
}

const changed = z.object({ row: z.unknown(), version: z.int(), entity_ids: z.array(z.string()) });

/**
 * Changes what a channel's snapshot holds, raises the community's version, notes who did it and keeps what it was before:
 * one transaction, so all of it happens or nothing. Undefined when nothing changed. The lock is a statement of its own,
 * because a statement sees what was written when it began, not when it got the lock: so the state before is exact, and
 * whoever counts the community's rows counts those of everybody before.
 */
export async function changeConfig(db: Database, facts: ConfigChange): Promise<ChangedConfig | undefined> {
  const { communityId } = facts;
  const lock = db.execute(sql`SELECT 1 FROM communities WHERE id = ${communityId} FOR UPDATE`);
  const statement = db.execute(sql`
    WITH changed AS (${facts.change}),
    raised AS (
      UPDATE communities SET config_version = config_version + 1
      WHERE id = ${communityId} AND EXISTS (SELECT 1 FROM changed) RETURNING config_version),
    ${facts.kind === undefined ? notePlain(facts) : noteVersioned(facts)}
    SELECT to_jsonb(changed) AS row, raised.config_version AS version, ${channelsOf(communityId)} AS entity_ids
    FROM changed, raised`);
  const [, result] = await db.batch([lock, statement]);
  const [found] = z.array(changed).parse(result.rows);
  return found && { row: found.row, version: found.version, entityIds: found.entity_ids };
}

/** The community's channels as a JSON list, the newest first. */
export function channelsOf(communityId: number): SQL {
  return sql`(SELECT coalesce(jsonb_agg(t.entity_id), '[]'::jsonb) FROM (
    SELECT entity_id FROM servers WHERE community_id = ${communityId} AND is_active
    ORDER BY created_at DESC LIMIT ${siblingsTold}) t)`;
}

function notePlain({ action, resourceType, resourceId, communityId, before, by }: PlainConfigChange): SQL {
  const note = {
    action,
    resourceType,
    source: sql`changed`,
    resourceId,
    communityId: sql`${communityId}`,
    ...(before ? { before } : {}),
  };
  return sql`noted AS (${noteChange({ ...note, after: sql`to_jsonb(changed)` }, by)})`;
}

function noteVersioned({ communityId, kind, action, isRemoval = false, by }: VersionedConfigChange): SQL {
  const versioned = { kind, communityId, source: "changed", isRemoval };
  const whole = withoutUnlogged(kind, sql`to_jsonb(changed)`);
  const id = objectIdOf(kind, "changed");
  const note = {
    action,
    resourceType: configTable(kind).resourceType,
    source: sql`changed`,
    resourceId: kind === "module" ? sql`${`${communityId}/`}::text || ${id}` : id,
    communityId: sql`${communityId}`,
    before: isRemoval ? whole : loggedBefore(versioned, "changed"),
    ...(isRemoval ? {} : { after: whole }),
  };
  return sql`noted AS (${noteChange(note, by)}), kept AS (${noteVersion(versioned, by)})`;
}
