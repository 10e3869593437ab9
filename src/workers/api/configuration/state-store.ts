import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { type ConfigKind, type ConfigState, configKind, configState } from "#contracts/config-version";
import type { Database } from "#db/client";
import { configTable, isOfCommunity, stateOf } from "#db/config-tables";

export interface ConfigurationStates {
  configVersion: number;
  slug: string;
  of(kind: ConfigKind): ConfigState[];
  /** The words this community has, its own rows before the house's, and which command each is. */
  words: ReadonlyMap<string, { id: number; prefix: string; name: string; isOwn: boolean }>;
  /** Its channels. */
  entityIds: ReadonlySet<string>;
}

const found = z.tuple([
  z.object({
    config_version: z.int(),
    slug: z.string(),
    states: z.array(z.object({ kind: configKind, state: configState })),
    words: z.array(z.object({ id: z.int(), prefix: z.string(), name: z.string(), is_own: z.boolean() })),
    entity_ids: z.array(z.string()),
  }),
]);

/** Everything a community has set up, in one statement, so that it is of one moment. */
export async function readConfiguration(db: Database, communityId: number): Promise<ConfigurationStates> {
  const kinds = configKind.options.map((kind): SQL => {
    const table = sql`${sql.identifier(configTable(kind).table)} r`;
    return sql`SELECT ${kind}::text AS kind, ${stateOf(kind, "r")} AS state FROM ${table}
      WHERE ${isOfCommunity(kind, "r", communityId)}`;
  });
  const { rows } = await db.execute(sql`
    SELECT c.config_version, c.slug,
      (SELECT coalesce(jsonb_agg(to_jsonb(s)), '[]'::jsonb) FROM (${sql.join(kinds, sql` UNION ALL `)}) s) AS states,
      (SELECT coalesce(jsonb_agg(to_jsonb(w)), '[]'::jsonb) FROM (
        SELECT DISTINCT ON (prefix, name) id, prefix, name, community_id IS NOT NULL AS is_own FROM commands
        WHERE community_id IS NULL OR community_id = ${communityId}
        ORDER BY prefix, name, community_id NULLS LAST) w) AS words,
      (SELECT coalesce(jsonb_agg(entity_id), '[]'::jsonb) FROM servers WHERE community_id = ${communityId}) AS entity_ids
    FROM communities c WHERE c.id = ${communityId}`);
  const [{ config_version, slug, states, words, entity_ids }] = found.parse(rows);
  return {
    configVersion: config_version,
    slug,
    of: (kind) => states.filter((one) => one.kind === kind).map(({ state }) => state),
    words: new Map(
      words.map(({ id, prefix, name, is_own }) => [prefix + name, { id, prefix, name, isOwn: is_own }]),
    ),
    entityIds: new Set(entity_ids),
  };
}

/** Numbers for commands that are about to be made, so that what speaks of them can be made along with them. */
export async function takeCommandIds(db: Database, count: number): Promise<number[]> {
  if (count === 0) return [];
  const { rows } = await db.execute(sql`
    SELECT nextval(pg_get_serial_sequence('commands', 'id'))::int AS id FROM generate_series(1, ${count})`);
  return z
    .array(z.object({ id: z.int() }))
    .parse(rows)
    .map(({ id }) => id);
}
