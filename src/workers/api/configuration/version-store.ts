import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import {
  type ConfigKind,
  configKind,
  configOrigin,
  configState,
  diffStates,
} from "#contracts/config-version";
import type { Database } from "#db/client";

const state = configState.nullable();

/** A row of `config_versions` as it is shown, with what it says of itself put into words. */
export const versionRow = z.object({
  id: z.int(),
  at: z.string(),
  actor: z.string(),
  actor_name: z.string().nullable().describe("A person's name, or a key's; null for the house"),
  kind: configKind,
  object_id: z.string(),
  label: z.string().describe("What its people call it: a word, a pattern, a line, a name"),
  origin: configOrigin,
  undoes: z.int().nullable().describe("The version this one took back"),
  undone_by: z.int().nullable().describe("The version that took this one back"),
  is_latest: z.boolean().describe("Nothing changed this object since, so it can be taken back"),
  before: state.describe("Null: it was not there"),
  after: state.describe("Null: it is there no more"),
});
export type VersionRow = z.infer<typeof versionRow>;

export const shownVersion = versionRow.extend({
  changes: z.array(z.object({ field: z.string(), before: z.unknown(), after: z.unknown() })),
});

export interface VersionFilter {
  communityId: number;
  /** Only these are looked at. */
  kinds: readonly ConfigKind[];
  objectId?: string | undefined;
  /** Older than this one. */
  before?: number | undefined;
  limit: number;
}

/** The newest first. */
export async function listVersions(db: Database, filter: VersionFilter) {
  const { communityId, kinds, objectId, before, limit } = filter;
  const conditions: SQL[] = [
    sql`v.community_id = ${communityId}`,
    sql`v.kind IN (SELECT jsonb_array_elements_text(${JSON.stringify(kinds)}::jsonb))`,
  ];
  if (objectId !== undefined) conditions.push(sql`v.object_id = ${objectId}`);
  if (before !== undefined) conditions.push(sql`v.id < ${before}`);
  return readVersions(db, sql`${sql.join(conditions, sql` AND `)} ORDER BY v.id DESC LIMIT ${limit}`);
}

export async function findVersion(db: Database, communityId: number, id: number) {
  const [found] = await readVersions(db, sql`v.community_id = ${communityId} AND v.id = ${id}`);
  return found;
}

async function readVersions(db: Database, rest: SQL): Promise<z.infer<typeof shownVersion>[]> {
  const { rows } = await db.execute(sql`
    SELECT v.id::float8 AS id, to_jsonb(v.at)#>>'{}' AS at, v.actor, coalesce(u.display_name, k.name) AS actor_name,
      v.kind, v.object_id, ${labelOf(sql`coalesce(v.after, v.before)`)} AS label, v.origin, v.undoes::float8 AS undoes,
      (SELECT max(b.id) FROM config_versions b
        WHERE b.community_id = v.community_id AND b.kind = v.kind AND b.undoes = v.id)::float8 AS undone_by,
      NOT EXISTS (SELECT 1 FROM config_versions later WHERE later.community_id = v.community_id
        AND later.kind = v.kind AND later.object_id = v.object_id AND later.id > v.id) AS is_latest,
      v.before, v.after
    FROM config_versions v
    LEFT JOIN hub_users u ON u.id::text = v.actor
    LEFT JOIN api_keys k ON k.id = v.actor
    WHERE ${rest}`);
  return z
    .array(versionRow)
    .parse(rows)
    .map((row) => ({ ...row, changes: diffStates(row.before, row.after) }));
}

function labelOf(shown: SQL): SQL {
  return sql`coalesce(CASE v.kind
    WHEN 'command' THEN concat(${shown}->>'prefix', ${shown}->>'name')
    WHEN 'command_switch' THEN concat(
      (SELECT m.prefix || m.name FROM commands m WHERE m.id = (${shown}->>'command_id')::int), ' · ', ${shown}->>'entity_id')
    WHEN 'string_rule' THEN ${shown}->>'pattern'
    WHEN 'timer' THEN ${shown}->>'payload'
    WHEN 'module' THEN ${shown}->>'module'
    WHEN 'outgoing_webhook' THEN coalesce(nullif(${shown}->>'description', ''), ${shown}->>'url')
    ELSE ${shown}->>'name' END, v.object_id)`;
}
