import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import type { ConfigKind, ConfigOrigin } from "#contracts/config-version";
import { type AuditActor, noteChange } from "#db/audit";
import type { Database } from "#db/client";
import { configTable, objectIdOf } from "#db/config-tables";
import { loggedBefore, noteVersion, withoutUnlogged } from "#db/config-versions";
import {
  type ChangeKind,
  type ChangeMaker,
  changeKindOf,
  changeStatement,
  holdsItsBounds,
  type ObjectChange,
} from "#workers/api/configuration/change-statements";
import { channelsOf } from "#workers/api/router/change-config";

export interface Application {
  communityId: number;
  changes: readonly ObjectChange[];
  origin: Exclude<ConfigOrigin, "change">;
  /** The version that is taken back. */
  undoes?: number;
  maker: ChangeMaker;
  by: AuditActor;
}

/** Channels that hold an older snapshot, and addresses that changed. */
export interface Applied {
  version: number;
  entityIds: string[];
  webhookIds: number[];
}

/** Commands first, because switches speak of them; what is removed before what takes its place. */
const order: readonly ConfigKind[] = [
  "command",
  "command_switch",
  "string_rule",
  "timer",
  "module",
  "outgoing_webhook",
  "community",
];
const steps: readonly ChangeKind[] = ["remove", "update", "insert"];

const raised = z.array(z.object({ version: z.int(), entity_ids: z.array(z.string()) }));
const changedIds = z.array(z.object({ object_id: z.string() }));

/**
 * Makes all of these changes or none, each with its version and its audit row, in one transaction. `conflict` when one
 * of the objects is no longer as it was, its word or name is taken, or it has no place any more; `full` when the
 * community would hold more than it may.
 */
export async function applyChanges(db: Database, wish: Application): Promise<Applied | "conflict" | "full"> {
  const { communityId, changes } = wish;
  const groups = order.flatMap((kind) =>
    steps.flatMap((how) => {
      const own = changes.filter((one) => one.kind === kind && changeKindOf(one) === how);
      return own.length > 0 ? [{ kind, how, changes: own }] : [];
    }),
  );
  // First, so that everybody else who changes this community waits, and the states before are exact.
  const raise = db.execute(sql`
    UPDATE communities SET config_version = config_version + 1 WHERE id = ${communityId}
    RETURNING config_version AS version, ${channelsOf(communityId)} AS entity_ids`);
  const statements = groups.map((group) => db.execute(statementOf(group, wish)));
  try {
    const [first, ...rest] = await db.batch([
      raise,
      ...statements,
      db.execute(orFail(isComplete(wish))),
      db.execute(orFail(holdsItsBounds(communityId), sql`sqrt(-1 + f.one - f.one)`)),
    ]);
    const [told] = raised.parse(first.rows);
    if (!told) return "conflict";
    const webhookIds = groups.flatMap(({ kind }, index) =>
      kind === "outgoing_webhook"
        ? changedIds.parse(rest[index]?.rows).map((row) => Number(row.object_id))
        : [],
    );
    return { version: told.version, entityIds: told.entity_ids, webhookIds };
  } catch (error) {
    const code = sqlStateOf(error);
    if (code === "2201F") return "full";
    if (code === "22012" || code === "23505" || code === "23503") return "conflict";
    throw error;
  }
}

interface Group {
  kind: ConfigKind;
  how: ChangeKind;
  changes: ObjectChange[];
}

function statementOf({ kind, how, changes }: Group, wish: Application): SQL {
  const { communityId, maker, by, origin, undoes } = wish;
  const isRemoval = how === "remove";
  const versioned = {
    kind,
    communityId,
    source: "changed",
    isRemoval,
    origin,
    ...(undoes === undefined ? {} : { undoes }),
  };
  const { resourceType } = configTable(kind);
  const whole = withoutUnlogged(kind, sql`to_jsonb(changed)`);
  const note = noteChange(
    {
      action: `${resourceType === "outgoing_webhook" ? "webhook" : resourceType.replace("string_", "")}.${origin}`,
      resourceType,
      source: sql`changed`,
      resourceId: objectIdOf(kind, "changed"),
      communityId: sql`${communityId}`,
      before: isRemoval ? whole : loggedBefore(versioned, "changed"),
      ...(isRemoval ? {} : { after: whole }),
    },
    by,
  );
  return sql`WITH changed AS (${changeStatement({ kind, communityId, changes, by: maker }, how)}),
    noted AS (${note}), kept AS (${noteVersion(versioned, by)})
    SELECT ${objectIdOf(kind, "changed")} AS object_id FROM changed`;
}

/** Whether every change became a version; one that found another state did not. */
function isComplete({ communityId, changes, by }: Application): SQL {
  return sql`(SELECT count(*) FROM config_versions
    WHERE community_id = ${communityId} AND request_id = ${by.requestId}) = ${changes.length}`;
}

/**
 * A transaction over HTTP cannot look at what it did and decide, so it is made to fail: an expression that raises an error
 * of its own is reached only where the condition does not hold.
 */
function orFail(condition: SQL, raise: SQL = sql`1 / (f.one - f.one)`): SQL {
  return sql`SELECT CASE WHEN ${condition} THEN 1 ELSE ${raise} END FROM (SELECT 1 AS one FROM communities LIMIT 1) f`;
}

function sqlStateOf(error: unknown): string | undefined {
  for (let one = error; one instanceof Error; one = one.cause) {
    if ("code" in one && typeof one.code === "string") return one.code;
  }
  return undefined;
}
