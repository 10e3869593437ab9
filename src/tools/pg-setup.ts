import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import type {} from "#db/testing";
import { applyMigrations } from "#tools/migrate";
import { startNeonEndpoint } from "#tools/neon-endpoint";
import { inProject } from "#tools/paths";
import { startPostgres } from "#tools/postgres";

/**
 * Vitest global set-up: one server for the whole run, or the one `WADDLEBOT_TEST_POSTGRES` names.
 * Tests take databases from it with `openTestDatabase` (`#db/testing`).
 */
export default async function setUpPostgres(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env["WADDLEBOT_TEST_POSTGRES"];
  const folder = given ? undefined : mkdtempSync(join(tmpdir(), "waddlebot-pg-"));
  const server = folder ? await startPostgres({ dataDir: folder, isDurable: false }) : undefined;
  const url = given ?? server?.url ?? "";
  const template = `waddlebot_template_${process.pid}`;
  await runSql(url, `CREATE DATABASE ${template}`);
  if (existsSync(inProject("migrations", "meta", "_journal.json"))) {
    await applyMigrations({ databaseUrl: withDatabase(url, template) });
  }
  const endpoint = await startNeonEndpoint({ databaseUrl: url });
  project.provide("postgres", { url, template, endpoint: endpoint.url });
  return async () => {
    await endpoint.close();
    if (given) await runSql(url, `DROP DATABASE ${template} WITH (FORCE)`);
    await server?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  };
}

function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

async function runSql(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  // A lost connection also rejects the query; without a listener it would end the process.
  client.on("error", () => undefined);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
