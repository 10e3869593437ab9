import { sql } from "drizzle-orm";
import * as z from "zod";
import type { Database } from "#db/client";
import { type PersonScope, rowsOf, scopeOf } from "#db/personal/person-scope";
import { personalTables } from "#db/personal/personal-tables";

/** Rows of one table at most; whoever has more is told so. */
export const mostExported = 10_000;

export interface Exported {
  tables: Record<string, unknown[]>;
  /** Tables of which there is more than was given. */
  cut: string[];
}

const listed = z.array(z.object({ row: z.record(z.string(), z.unknown()) }));

/** Everything of a person, table by table, without hashes and secrets. Of rows somebody else's too, their own part. */
export async function exportPerson(db: Database, scope: PersonScope): Promise<Exported> {
  const tables: Record<string, unknown[]> = {};
  const cut: string[] = [];
  for (const [name, table] of Object.entries(personalTables)) {
    if (table.care === "keep") continue;
    const secret = table.care === "delete" ? (table.secret ?? []) : [];
    // What moderators wrote about somebody is theirs to see; who wrote it is not.
    const hidden = JSON.stringify(name === "member_notes" ? [...secret, "created_by"] : secret);
    const { rows } = await db.execute(sql`
      WITH ${scopeOf(scope)}
      SELECT to_jsonb(t) - ARRAY(SELECT jsonb_array_elements_text(${hidden}::jsonb)) AS row FROM ${rowsOf(name, table)} LIMIT ${mostExported + 1}`);
    const found = listed.parse(rows).map(({ row }) => row);
    if (found.length > mostExported) cut.push(name);
    if (found.length > 0) tables[name] = found.slice(0, mostExported);
  }
  return { tables, cut };
}
