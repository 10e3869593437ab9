import { type SQL, sql } from "drizzle-orm";
import type { PersonalTable } from "#db/personal/personal-tables";

/** Whose rows are meant. */
export interface PersonScope {
  userIds: readonly number[];
  userKeys: readonly string[];
}

/** The CTE that gives the conditions of `personalTables` their names. */
export function scopeOf({ userIds, userKeys }: PersonScope): SQL {
  const list = (values: readonly (string | number)[], type: "text" | "int") =>
    sql`ARRAY(SELECT v::${sql.raw(type)} FROM jsonb_array_elements_text(${JSON.stringify(values)}::jsonb) AS j(v))`;
  const ids = userKeys.map((key) => key.slice(key.indexOf(":") + 1));
  return sql`scope AS MATERIALIZED (SELECT ${list(userKeys, "text")} AS keys, ${list(ids, "text")} AS ids,
    ${list(userIds, "int")} AS people, ${list([...userKeys, ...userIds.map(String)], "text")} AS names)`;
}

export type Touched = Exclude<PersonalTable, { care: "keep" }>;

/** Table and condition are this house's own words, never anybody's input. */
export const rowsOf = (table: string, { of }: Touched): SQL =>
  sql`${sql.raw(`"${table}"`)} AS t, scope WHERE (${sql.raw(of)})`;
