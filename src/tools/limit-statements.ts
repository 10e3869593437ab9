import type pg from "pg";

/** 60-infrastructure §1.56. */
const limits = {
  statement_timeout: "30s",
  lock_timeout: "10s",
  idle_in_transaction_session_timeout: "5min",
} as const;

/**
 * How long our user's statements may take, wait for a lock and leave a transaction open, in this database: kept by the
 * server, because no session of ours lasts long enough to say it. Again changes nothing.
 */
export async function limitStatements(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ settings: string[] }>(
    `SELECT coalesce(s.setconfig, '{}') AS settings FROM pg_roles r
     LEFT JOIN pg_db_role_setting s ON s.setrole = r.oid AND s.setdatabase =
       (SELECT oid FROM pg_database WHERE datname = current_database())
     WHERE r.rolname = current_user`,
  );
  const set = new Set(rows.flatMap(({ settings }) => settings));
  for (const [name, value] of Object.entries(limits)) {
    if (set.has(`${name}=${value}`)) continue;
    await client.query(
      `DO $$ BEGIN EXECUTE format('ALTER ROLE %I IN DATABASE %I SET ${name} = %L', current_user, current_database(), '${value}'); END $$`,
    );
  }
}
