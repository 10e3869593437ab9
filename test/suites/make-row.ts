import type pg from "pg";

/** By what Postgres calls a type. */
const makers: Readonly<Record<string, (id: number) => unknown>> = {
  integer: (id) => id,
  bigint: (id) => id,
  smallint: () => 1,
  numeric: () => 600,
  "double precision": () => 1,
  boolean: () => true,
  jsonb: () => "{}",
  ARRAY: () => "{}",
  uuid: () => crypto.randomUUID(),
  date: () => "2030-01-01",
  bytea: () => Buffer.alloc(1),
  "timestamp with time zone": () => "2030-01-01T00:00:00Z",
};

/** A row of any table: `given` and, where a value must be there, one that is made of the number. Its meaning is nobody's. */
export async function makeRow(
  client: pg.Client,
  table: string,
  number: number,
  given: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { rows } = await client.query<{ name: string; type: string }>(
    `SELECT column_name AS name, data_type AS type FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name = $1 AND is_nullable = 'NO' AND column_default IS NULL
       AND is_identity = 'NO' AND is_generated = 'NEVER'`,
    [table],
  );
  const made = rows.map(({ name, type }) => [name, makers[type]?.(number) ?? `x${number}`]);
  const row = { ...Object.fromEntries(made), ...given };
  const names = Object.keys(row).map((name) => client.escapeIdentifier(name));
  const places = names.map((_, at) => `$${at + 1}`);
  await client.query(`INSERT INTO ${table} (${names.join()}) VALUES (${places.join()})`, Object.values(row));
}
