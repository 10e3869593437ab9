import { createHash } from "node:crypto";
import type pg from "pg";
import { appendOnlyTables, readableColumns, tenantExceptions, tenantRole, tenantRuleOf } from "#db/tenancy";
import { PlainError } from "#tools/plain-error";

/**
 * Row-level security on every table that belongs to communities: a second lock behind the WHERE of each query. Runs after
 * the migrations, so a new table with a `community_id` is locked by being there. Again changes nothing.
 */
export async function lockTenants(client: pg.Client): Promise<void> {
  await ensureRole(client);
  const { rows } = await client.query<{ name: string; policies: string[] }>(
    `SELECT c.relname AS name, coalesce(array_agg(p.polname::text) FILTER (WHERE p.polname IS NOT NULL), '{}') AS policies
     FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND (c.relname = ANY ($1) OR EXISTS (
       SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'community_id' AND NOT a.attisdropped))
     GROUP BY c.relname ORDER BY c.relname`,
    [Object.keys(tenantExceptions)],
  );
  for (const { name, policies } of rows) await lockTable(client, name, policies);
  for (const [table, columns] of Object.entries(readableColumns)) await showColumns(client, table, columns);
  await readChainAsOwner(client);
}

async function showColumns(client: pg.Client, table: string, columns: readonly string[]): Promise<void> {
  const { rows } = await client.query(
    `SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass('public.' || $1) AND attname = ANY ($2)
       AND NOT has_column_privilege($3, attrelid, attnum, 'SELECT')`,
    [table, columns, tenantRole],
  );
  if (rows.length === 0) return;
  const names = columns.map((name) => client.escapeIdentifier(name)).join();
  await client.query(`GRANT SELECT (${names}) ON public.${client.escapeIdentifier(table)} TO ${tenantRole}`);
}

/** Roles are the server's, so it may be there from another database, or be made by one at this moment. */
async function ensureRole(client: pg.Client): Promise<void> {
  try {
    await client.query(`DO $$ BEGIN
      IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '${tenantRole}') THEN
        CREATE ROLE ${tenantRole} NOLOGIN NOBYPASSRLS;
      END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END $$`);
    // Since PostgreSQL 16 to be a member and to be allowed to become the role are two things.
    await client.query(`DO $$ DECLARE is_new boolean := current_setting('server_version_num')::int >= 160000; BEGIN
      IF NOT pg_has_role(current_user, '${tenantRole}', CASE WHEN is_new THEN 'SET' ELSE 'MEMBER' END) THEN
        EXECUTE format('GRANT ${tenantRole} TO %I', current_user) || CASE WHEN is_new THEN ' WITH SET TRUE' ELSE '' END;
      END IF;
      IF NOT has_schema_privilege('${tenantRole}', 'public', 'USAGE') THEN
        GRANT USAGE ON SCHEMA public TO ${tenantRole};
      END IF;
    END $$`);
  } catch (error) {
    throw new PlainError(
      `The database user may not make the role ${tenantRole}. Somebody who may: CREATE ROLE ${tenantRole} NOLOGIN; GRANT ${tenantRole} TO that user; GRANT USAGE ON SCHEMA public TO ${tenantRole};`,
      { cause: error },
    );
  }
}

async function lockTable(client: pg.Client, name: string, policies: readonly string[]): Promise<void> {
  const { read, write } = tenantRuleOf(name);
  // The name says what the rule is, so a changed rule is seen without comparing what Postgres makes of it.
  const mark = createHash("sha256").update(`${read}|${write}`).digest("hex").slice(0, 12);
  const [reading, writing] = [`tenant_read_${mark}`, `tenant_write_${mark}`];
  if (policies.includes(reading) && policies.includes(writing)) return;
  const table = `public.${client.escapeIdentifier(name)}`;
  const rights = appendOnlyTables.includes(name) ? "SELECT, INSERT" : "SELECT, INSERT, UPDATE, DELETE";
  await client.query("BEGIN");
  try {
    for (const old of policies.filter((policy) => policy.startsWith("tenant_")))
      await client.query(`DROP POLICY ${client.escapeIdentifier(old)} ON ${table}`);
    await client.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
    // What may be read is the union of both policies, what may be written the second alone.
    await client.query(`CREATE POLICY ${reading} ON ${table} FOR SELECT TO ${tenantRole} USING (${read})`);
    await client.query(
      `CREATE POLICY ${writing} ON ${table} FOR ALL TO ${tenantRole} USING (${write}) WITH CHECK (${write})`,
    );
    await client.query(`GRANT ${rights} ON ${table} TO ${tenantRole}`);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  }
}

/** The audit log's chain goes through the rows of all communities, whoever appends to it. */
async function readChainAsOwner(client: pg.Client): Promise<void> {
  const { rows } = await client.query(
    "SELECT 1 FROM pg_proc WHERE oid = to_regproc('public.audit_log_append') AND NOT prosecdef",
  );
  if (rows.length === 0) return;
  await client.query(
    "ALTER FUNCTION public.audit_log_append() SECURITY DEFINER SET search_path = public, pg_temp",
  );
}
