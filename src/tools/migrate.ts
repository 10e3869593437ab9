import { existsSync } from "node:fs";
import { join } from "node:path";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import pg from "pg";
import { limitStatements } from "#tools/limit-statements";
import { lockTenants } from "#tools/lock-tenants";
import { inProject } from "#tools/paths";
import { PlainError } from "#tools/plain-error";

/** Any number, equal everywhere: two starts at once must not both migrate. */
const advisoryLock = 7_266_473_001;

export interface MigrateOptions {
  databaseUrl: string;
  /** Default: the project's `migrations`. */
  folder?: string;
}

/**
 * Brings the database to the newest migration, in one transaction, and locks the tables of communities; again changes
 * nothing (DBP-1).
 * Refuses, before it changes anything, a database whose applied migrations are not ours.
 */
export async function applyMigrations({
  databaseUrl,
  folder = inProject("migrations"),
}: MigrateOptions): Promise<{ applied: number; total: number }> {
  if (!existsSync(join(folder, "meta", "_journal.json"))) {
    throw new PlainError(
      `There are no migrations in ${folder}: make them with npm run db:generate -- --name verb_noun`,
    );
  }
  const files = readMigrationFiles({ migrationsFolder: folder });
  const client = new pg.Client({ connectionString: databaseUrl });
  // A lost connection also rejects the query; without a listener it would end the process.
  client.on("error", () => undefined);
  await client.connect();
  try {
    // A migration may take as long as it takes.
    await client.query("SET statement_timeout = 0; SET lock_timeout = 0");
    await client.query("SELECT pg_advisory_lock($1)", [advisoryLock]);
    const before = await readApplied(client);
    for (const [index, hash] of before.entries()) {
      if (files[index]?.hash === hash) continue;
      throw new PlainError(
        `Migration ${index + 1} of this database is not the one in ${folder}: a merged migration was edited, or the database belongs to another version. Locally: npm start -- --fresh`,
      );
    }
    await migrate(drizzle(client), { migrationsFolder: folder });
    await lockTenants(client);
    await limitStatements(client);
    return { applied: files.length - before.length, total: files.length };
  } finally {
    // Ending the session gives the lock back.
    await client.end();
  }
}

async function readApplied(client: pg.Client): Promise<string[]> {
  const table = await client.query(
    "SELECT to_regclass('drizzle.__drizzle_migrations') IS NOT NULL AS exists",
  );
  if (table.rows[0]?.exists !== true) return [];
  const { rows } = await client.query(
    "SELECT hash FROM drizzle.__drizzle_migrations ORDER BY created_at, id",
  );
  return rows.map((row: { hash: string }) => row.hash);
}
