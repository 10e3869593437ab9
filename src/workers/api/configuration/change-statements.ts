import { type SQL, sql } from "drizzle-orm";
import type { ConfigKind, ConfigState } from "#contracts/config-version";
import { webhooksPerCommunity } from "#contracts/outgoing-webhook";
import type { Role } from "#contracts/role";
import { rulesPerCommunity } from "#contracts/string-rule";
import { timersPerChannel } from "#contracts/timer";
import { column, configTable, isOfCommunity, isSameObject, stateOf } from "#db/config-tables";
import { commandsPerCommunity } from "#workers/api/router/command-store";

/** One object as it is and as it is to be; null where it is not there. */
export interface ObjectChange {
  kind: ConfigKind;
  before: ConfigState | null;
  after: ConfigState | null;
}

/** Whoever changes: as whom new timers run, and what rows say of their maker. */
export interface ChangeMaker {
  actor: string;
  role: Role;
  accounts: readonly string[];
}

export type ChangeKind = "insert" | "update" | "remove";

export function changeKindOf({ before, after }: ObjectChange): ChangeKind {
  if (before === null) return "insert";
  return after === null ? "remove" : "update";
}

export interface ChangeSet {
  kind: ConfigKind;
  communityId: number;
  changes: readonly ObjectChange[];
  by: ChangeMaker;
}

/** The statement for many changes of one kind at once; it returns whole rows. What is no longer as `before` says is left alone. */
export function changeStatement(set: ChangeSet, how: ChangeKind): SQL {
  if (how === "insert") return insertion(set);
  return how === "update" ? updating(set) : removal(set);
}

function updating({ kind, communityId, changes, by }: ChangeSet): SQL {
  const { columns } = configTable(kind);
  const sets = [
    ...columns.map((name) => sql`${sql.identifier(name)} = ${column("n", name)}`),
    ...(effects[kind]?.onUpdate?.(by) ?? []),
  ];
  return sql`UPDATE ${tableOf(kind)} t SET ${sql.join(sets, sql`, `)}
    FROM ${wanted(kind, changes, "after")} WHERE ${isStill(kind, communityId)} RETURNING t.*`;
}

function removal({ kind, communityId, changes }: ChangeSet): SQL {
  return sql`DELETE FROM ${tableOf(kind)} t USING ${wanted(kind, changes, "before")}
    WHERE ${isStill(kind, communityId)} RETURNING t.*`;
}

function insertion({ kind, communityId, changes, by }: ChangeSet): SQL {
  const { table, key, columns } = configTable(kind);
  const isNumbered = key.join() === "id";
  const next = sql`nextval(pg_get_serial_sequence(${table}, 'id'))`;
  const id = kind === "outgoing_webhook" ? next : sql`coalesce(n.id, ${next})`;
  const pairs: [string, SQL][] = [
    ...(kind === "command_switch"
      ? []
      : ([["community_id", sql`${communityId}::int`]] satisfies [string, SQL][])),
    ...key.map((name): [string, SQL] => [name, isNumbered ? id : column("n", name)]),
    ...columns.map((name): [string, SQL] => [name, column("n", name)]),
    ...Object.entries(effects[kind]?.onInsert?.(by) ?? {}),
  ];
  const names = sql.join(
    pairs.map(([name]) => sql`${sql.identifier(name)}`),
    sql`, `,
  );
  const values = sql.join(
    pairs.map(([, value]) => value),
    sql`, `,
  );
  const overriding = isNumbered ? sql`OVERRIDING SYSTEM VALUE` : sql``;
  return sql`INSERT INTO ${tableOf(kind)} (${names}) ${overriding} SELECT ${values}
    FROM ${wanted(kind, changes, "after")} WHERE ${effects[kind]?.isPlaced?.(communityId) ?? sql`true`}
    ON CONFLICT DO NOTHING RETURNING *`;
}

/** The changes as rows: `w` holds both states, `n` the one that names the row. */
function wanted(kind: ConfigKind, changes: readonly ObjectChange[], side: "before" | "after"): SQL {
  const rows = JSON.stringify(changes.map(({ before, after }) => ({ before, after })));
  return sql`jsonb_to_recordset(${rows}::jsonb) AS w(before jsonb, after jsonb)
    CROSS JOIN LATERAL jsonb_populate_record(NULL::${tableOf(kind)}, w.${sql.identifier(side)}) n`;
}

function isStill(kind: ConfigKind, communityId: number): SQL {
  return sql`${isSameObject(kind, "t", "n")} AND ${isOfCommunity(kind, "t", communityId)}
    AND ${stateOf(kind, "t")} = w.before`;
}

function tableOf(kind: ConfigKind): SQL {
  return sql`${sql.identifier(configTable(kind).table)}`;
}

/** What goes along with a change of a kind, and where a new row may stand. */
interface Effects {
  onUpdate?(by: ChangeMaker): SQL[];
  onInsert?(by: ChangeMaker): Record<string, SQL>;
  isPlaced?(communityId: number): SQL;
}

const list = (texts: readonly string[]) =>
  sql`ARRAY(SELECT jsonb_array_elements_text(${JSON.stringify(texts)}::jsonb))`;
const ofCommunity = (entity: SQL, communityId: number) =>
  sql`EXISTS (SELECT 1 FROM servers v WHERE v.entity_id = ${entity} AND v.community_id = ${communityId})`;

const effects: Partial<Record<ConfigKind, Effects>> = {
  command: { onUpdate: () => [sql`updated_at = now()`] },
  command_switch: {
    isPlaced: (communityId) => sql`${ofCommunity(sql`n.entity_id`, communityId)} AND EXISTS (
      SELECT 1 FROM commands m WHERE m.id = n.command_id AND (m.community_id IS NULL OR m.community_id = ${communityId}))`,
  },
  string_rule: {
    onUpdate: () => [sql`switched_off_because = NULL`],
    onInsert: ({ actor }) => ({ created_by: sql`${actor}` }),
  },
  // Whoever changes a timer is its maker: it never runs with more than they may do (docs/decisions/0017).
  timer: {
    onUpdate: ({ role, accounts }) => [
      sql`since = now()`,
      sql`role = ${role}`,
      sql`makers = ${list(accounts)}`,
    ],
    onInsert: ({ actor, role, accounts }) => ({
      created_by: sql`${actor}`,
      role: sql`${role}`,
      makers: list(accounts),
    }),
    isPlaced: (communityId) => ofCommunity(sql`n.entity_id`, communityId),
  },
  // Another address is another owner until the challenge says otherwise (threats row 7).
  outgoing_webhook: {
    onUpdate: () => [
      sql`verified_at = CASE WHEN t.url = n.url THEN t.verified_at END`,
      sql`disabled_because = NULL`,
    ],
    onInsert: ({ actor }) => ({ created_by: sql`${actor}` }),
  },
  community: { onUpdate: () => [sql`version = t.version + 1`, sql`updated_at = now()`] },
};

/** True while the community holds no more than it may of anything. */
export function holdsItsBounds(communityId: number): SQL {
  return sql`(
    (SELECT count(*) FROM commands WHERE community_id = ${communityId}) <= ${commandsPerCommunity}
    AND (SELECT count(*) FROM string_rules WHERE community_id = ${communityId} AND is_active) <= ${rulesPerCommunity}
    AND (SELECT count(*) FROM outgoing_webhooks WHERE community_id = ${communityId}) <= ${webhooksPerCommunity}
    AND NOT EXISTS (SELECT 1 FROM timers WHERE community_id = ${communityId}
      GROUP BY entity_id HAVING count(*) > ${timersPerChannel}))`;
}
