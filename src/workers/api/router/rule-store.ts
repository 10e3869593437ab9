import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { rulesPerCommunity, type StringRuleInput, type StringRulePatch } from "#contracts/string-rule";
import type { AuditActor } from "#db/audit";
import type { Database } from "#db/client";
import { changeConfig } from "#workers/api/router/change-config";
import { ruleFigures, ruleStatistics } from "#workers/api/router/rule-figures";
import { ruleColumns, type ShownRule, shownRule } from "#workers/api/router/rule-schemas";

const row = shownRule
  .omit({ string: true, enabled_entity_ids: true })
  .extend({ pattern: z.string(), entity_ids: z.array(z.string()) })
  .transform(({ pattern, entity_ids, ...rest }): ShownRule => {
    return { ...rest, string: pattern, enabled_entity_ids: entity_ids };
  });
const selected = z.array(z.object({ row }));

export interface RuleFilter {
  /** Null for all communities. */
  communityId: number | null;
  entityId?: string | undefined;
  isActive?: boolean | undefined;
  /** Only those that would have hit something. */
  isShadow?: boolean | undefined;
  limit: number;
  after: number;
}

/** By their ids; those of a channel are the community's that name it or none. */
export async function listRules(db: Database, filter: RuleFilter): Promise<ShownRule[]> {
  const { communityId, entityId, isActive, isShadow, limit, after } = filter;
  const conditions: SQL[] = [sql`id > ${after}`];
  if (communityId !== null) conditions.push(sql`community_id = ${communityId}`);
  if (entityId !== undefined) conditions.push(sql`(entity_ids = '{}' OR ${entityId} = ANY (entity_ids))`);
  if (isActive !== undefined) conditions.push(sql`is_active = ${isActive}`);
  if (isShadow !== undefined) conditions.push(sql`is_shadow = ${isShadow}`);
  const { rows } = await db.execute(sql`
    SELECT to_jsonb(r) AS row FROM string_rules r WHERE ${sql.join(conditions, sql` AND `)} ORDER BY id LIMIT ${limit}`);
  return selected.parse(rows).map((one) => one.row);
}

export async function findRule(db: Database, id: number): Promise<ShownRule | undefined> {
  const { rows } = await db.execute(sql`SELECT to_jsonb(r) AS row FROM string_rules r WHERE id = ${id}`);
  return selected.parse(rows)[0]?.row;
}

export async function readRuleStatistics(db: Database, communityId: number | null) {
  const where = communityId === null ? sql`true` : sql`community_id = ${communityId}`;
  const { rows } = await db.execute(sql`SELECT ${ruleFigures} AS figures FROM string_rules WHERE ${where}`);
  return z.object({ figures: ruleStatistics }).parse(rows[0]).figures;
}

interface Change {
  communityId: number;
  by: AuditActor;
}

/** Undefined when the community has its full number of active rules, or is not there. */
export function createRule(db: Database, rule: StringRuleInput, to: Change) {
  const { names, values } = writing(rule);
  const change = sql`
    INSERT INTO string_rules (community_id, created_by, ${sql.join(names, sql`, `)})
    SELECT c.id, ${to.by.actor}, ${sql.join(values, sql`, `)} FROM communities c
    WHERE c.id = ${to.communityId} AND ${hasRoom(to.communityId)} RETURNING *`;
  return changeRule(db, change, "rule.create", to);
}

/** Only what the patch names. Switching on counts like a new one; a rule the house switched off is tried again. */
export function updateRule(db: Database, id: number, patch: StringRulePatch, to: Change) {
  const { names, values } = writing(patch);
  const sets = names.map((name, index) => sql`${name} = ${values[index]}`);
  if (patch.isActive === true) sets.push(sql`switched_off_because = NULL`);
  const room = patch.isActive === true ? sql`AND (is_active OR ${hasRoom(to.communityId)})` : sql``;
  const change = sql`UPDATE string_rules SET ${sql.join(sets, sql`, `)}
    WHERE id = ${id} AND community_id = ${to.communityId} ${room} RETURNING *`;
  return changeRule(db, change, "rule.update", to);
}

/** The row is kept (STR-6). Undefined when it was off already. */
export function deactivateRule(db: Database, id: number, to: Change) {
  const change = sql`UPDATE string_rules SET is_active = false
    WHERE id = ${id} AND community_id = ${to.communityId} AND is_active RETURNING *`;
  return changeRule(db, change, "rule.delete", to);
}

function hasRoom(communityId: number): SQL {
  return sql`(SELECT count(*) FROM string_rules o WHERE o.community_id = ${communityId} AND o.is_active) < ${rulesPerCommunity}`;
}

function writing(rule: StringRulePatch): { names: SQL[]; values: SQL[] } {
  const given: Readonly<Record<string, unknown>> = rule;
  const written = Object.entries(ruleColumns).filter(([ours]) => given[ours] !== undefined);
  return {
    names: written.map(([, column]) => sql`${sql.identifier(column)}`),
    values: written.map(([ours, column]) => toSql(given[ours], column)),
  };
}

const casts: Readonly<Record<string, SQL>> = {
  case_sensitive: sql`boolean`,
  fold_look_alikes: sql`boolean`,
  is_shadow: sql`boolean`,
  is_active: sql`boolean`,
  priority: sql`int`,
};

function toSql(value: unknown, column: string): SQL {
  if (Array.isArray(value))
    return sql`ARRAY(SELECT jsonb_array_elements_text(${JSON.stringify(value)}::jsonb))`;
  return sql`${value}::${casts[column] ?? sql`text`}`;
}

async function changeRule(db: Database, change: SQL, action: string, to: Change) {
  const changed = await changeConfig(db, { ...to, kind: "string_rule", change, action });
  return changed && { ...changed, rule: row.parse(changed.row) };
}
