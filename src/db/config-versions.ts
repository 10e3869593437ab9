import { type SQL, sql } from "drizzle-orm";
import type { ConfigKind, ConfigOrigin } from "#contracts/config-version";
import type { AuditActor } from "#db/audit";
import { configTable, isOfCommunity, isSameObject, objectIdOf, stateOf } from "#db/config-tables";
import { configVersions } from "#db/schema/config-versions";

export interface VersionedChange {
  kind: ConfigKind;
  /** SQL may speak of the changed row as `n`. */
  communityId: number | SQL;
  /** The name of the CTE that made the change and returns whole rows. */
  source: string;
  /** The rows of `source` are there no more. */
  isRemoval?: boolean;
  origin?: ConfigOrigin;
  /** The version this change takes back. */
  undoes?: number;
}

/**
 * The `INSERT` that keeps a change as a version, to stand as a further CTE in the statement of the change, which sees the
 * table as it was before. Exact while whoever changes holds the community's row; what changed nothing is no version.
 */
export function noteVersion(change: VersionedChange, by: Pick<AuditActor, "actor" | "requestId">): SQL {
  const { kind, source, isRemoval = false } = change;
  const after = isRemoval ? sql`NULL::jsonb` : stateOf(kind, "n");
  return sql`INSERT INTO ${configVersions}
    (community_id, actor, request_id, kind, object_id, origin, undoes, before, after)
    SELECT s.community_id, ${by.actor}, ${by.requestId}, ${kind}, s.object_id, ${change.origin ?? "change"},
      ${change.undoes ?? null}::bigint, s.before, s.after
    FROM (SELECT (${change.communityId})::int AS community_id, ${objectIdOf(kind, "n")} AS object_id, ${beforeOf(change, "n")} AS before, ${after} AS after
      FROM ${sql.identifier(source)} n) s
    WHERE s.before IS DISTINCT FROM s.after`;
}

/** The state that the row under `alias` had before this statement; SQL null where there was none. */
function beforeOf(change: VersionedChange, alias: string): SQL {
  return rowBefore(change, alias, stateOf(change.kind, "o"));
}

/** The whole row as it was, for the audit log: without what never stands in it. */
export function loggedBefore(change: VersionedChange, alias: string): SQL {
  return withoutUnlogged(change.kind, rowBefore(change, alias, sql`to_jsonb(o)`));
}

function rowBefore({ kind, communityId }: VersionedChange, alias: string, shown: SQL): SQL {
  const { table } = configTable(kind);
  return sql`(SELECT ${shown} FROM ${sql.identifier(table)} o
    WHERE ${isSameObject(kind, "o", alias)} AND ${isOfCommunity(kind, "o", communityId)})`;
}

export function withoutUnlogged(kind: ConfigKind, row: SQL): SQL {
  return (configTable(kind).unlogged ?? []).reduce((rest, name) => sql`(${rest} - ${name}::text)`, row);
}
