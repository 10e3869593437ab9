import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import type { Role } from "#contracts/role";
import { type TimerInput, timersPerChannel } from "#contracts/timer";
import type { AuditActor } from "#db/audit";
import type { Database } from "#db/client";
import { changeConfig } from "#workers/api/router/change-config";
import { type TimerRow, timerRow } from "#workers/api/timers/timer-row";

const selected = z.array(z.object({ row: timerRow }));

/** Whoever made or last changed a timer, as it will run. */
export interface TimerMaker {
  role: Role;
  accounts: readonly string[];
}

interface Change {
  communityId: number;
  by: AuditActor;
}

export async function listTimers(
  db: Database,
  filter: { communityId: number; entityId?: string | undefined; after: number; limit: number },
): Promise<TimerRow[]> {
  const { communityId, entityId, after, limit } = filter;
  const here = entityId === undefined ? sql`true` : sql`entity_id = ${entityId}`;
  const { rows } = await db.execute(sql`
    SELECT to_jsonb(t) AS row FROM timers t WHERE community_id = ${communityId} AND id > ${after} AND ${here}
    ORDER BY id LIMIT ${limit}`);
  return selected.parse(rows).map(({ row }) => row);
}

export async function findTimer(
  db: Database,
  id: number,
  communityId: number,
): Promise<TimerRow | undefined> {
  const { rows } = await db.execute(
    sql`SELECT to_jsonb(t) AS row FROM timers t WHERE id = ${id} AND community_id = ${communityId}`,
  );
  return selected.parse(rows)[0]?.row;
}

/** Whether this channel is one of the community's. */
export async function isChannelOf(db: Database, entityId: string, communityId: number): Promise<boolean> {
  const { rows } = await db.execute(
    sql`SELECT 1 FROM servers WHERE entity_id = ${entityId} AND community_id = ${communityId}`,
  );
  return rows.length > 0;
}

/** Undefined when the channel has its full number. The lock on the channel's row keeps two from both being the last. */
export function createTimer(
  db: Database,
  timer: TimerInput,
  to: Change & { entityId: string; maker: TimerMaker },
) {
  const { entityId, communityId, maker, by } = to;
  const change = sql`
    INSERT INTO timers (community_id, entity_id, created_by, role, makers, cron, interval_seconds, timezone, action,
      payload, is_enabled, only_when_live, min_lines)
    SELECT s.community_id, s.entity_id, ${by.actor}, ${maker.role}, ${list(maker.accounts)}, ${timer.cron}::text,
      ${timer.intervalSeconds}::int, ${timer.timezone}::text, ${timer.action}::text, ${timer.payload}::text,
      ${timer.isEnabled}::boolean, ${timer.onlyWhenLive}::boolean, ${timer.minLines}::int
    FROM (SELECT * FROM servers WHERE entity_id = ${entityId} AND community_id = ${communityId} FOR UPDATE) s
    WHERE (SELECT count(*) FROM timers o WHERE o.entity_id = s.entity_id) < ${timersPerChannel}
    RETURNING *`;
  return changeTimer(db, change, "timer.create", to);
}

/** The whole timer as it is to be. A schedule that changed, or was switched on, begins now. */
export function updateTimer(db: Database, id: number, timer: TimerInput, to: Change & { maker: TimerMaker }) {
  const { communityId, maker } = to;
  const change = sql`
    UPDATE timers SET
      since = CASE WHEN (cron, interval_seconds, timezone) IS DISTINCT FROM
          (${timer.cron}::text, ${timer.intervalSeconds}::int, ${timer.timezone}::text)
        OR (${timer.isEnabled}::boolean AND NOT is_enabled) THEN now() ELSE since END,
      cron = ${timer.cron}::text, interval_seconds = ${timer.intervalSeconds}::int, timezone = ${timer.timezone}::text,
      action = ${timer.action}::text, payload = ${timer.payload}::text, is_enabled = ${timer.isEnabled}::boolean,
      only_when_live = ${timer.onlyWhenLive}::boolean, min_lines = ${timer.minLines}::int,
      role = ${maker.role}, makers = ${list(maker.accounts)}
    WHERE id = ${id} AND community_id = ${communityId} RETURNING *`;
  return changeTimer(db, change, "timer.update", to);
}

export function removeTimer(db: Database, id: number, to: Change) {
  const change = sql`DELETE FROM timers WHERE id = ${id} AND community_id = ${to.communityId} RETURNING *`;
  return changeTimer(db, change, "timer.delete", { ...to, isRemoval: true });
}

function list(texts: readonly string[]): SQL {
  return sql`ARRAY(SELECT jsonb_array_elements_text(${JSON.stringify(texts)}::jsonb))`;
}

async function changeTimer(
  db: Database,
  change: SQL,
  action: string,
  { communityId, by, isRemoval = false }: Change & { isRemoval?: boolean },
) {
  const changed = await changeConfig(db, { communityId, kind: "timer", change, action, isRemoval, by });
  return changed && { ...changed, timer: timerRow.parse(changed.row) };
}
