import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { benchChannels } from "#test/bench/bench-channels";
import { type Stack, type StackOptions, startStack } from "#test/e2e/stack";
import { applyMigrations } from "#tools/migrate";
import { type NeonEndpoint, startNeonEndpoint } from "#tools/neon-endpoint";
import { inProject } from "#tools/paths";
import { startPostgres } from "#tools/postgres";
import type { Shutdown } from "#tools/start/shutdown";

/** Postgres with its endpoint, and a folder on the same disk for what Durable Objects keep. */
export interface BenchGround {
  databaseUrl: string;
  endpoint: NeonEndpoint;
  folder: string;
}

/** Everything is as durable as in a real run, in a folder that goes away in the end. */
export async function startGround(shutdown: Shutdown): Promise<BenchGround> {
  mkdirSync(inProject("test-results"), { recursive: true });
  const folder = mkdtempSync(inProject("test-results", "bench-"));
  shutdown.add("bench folder", async () => rmSync(folder, { recursive: true, force: true }));
  const server = await startPostgres({ dataDir: join(folder, "postgres") });
  shutdown.add("PostgreSQL", server.stop);
  const endpoint = await startNeonEndpoint({ databaseUrl: server.url });
  shutdown.add("database endpoint", endpoint.close);
  return { databaseUrl: server.url, endpoint, folder };
}

/** One whole house in a database and a storage folder of its own. */
export async function startHouse(
  name: string,
  ground: BenchGround,
  options: Pick<StackOptions, "channels" | "inspectorPort" | "mains" | "persistTo" | "simulators"> & {
    shutdown: Shutdown;
  },
): Promise<Stack> {
  const { shutdown, ...rest } = options;
  const databaseUrl = await createDatabase(ground.databaseUrl, name);
  const stack = await startStack({
    databaseUrl,
    databaseEndpoint: ground.endpoint.url,
    persistTo: join(ground.folder, name),
    channels: benchChannels,
    // What Twitch allows an ordinary account is not what is measured here.
    vars: { "waddlebot-sender": { TWITCH_BOT_IS_MODERATOR: "1" } },
    ...rest,
  });
  shutdown.add(`${name} Workers`, stack.close);
  return stack;
}

async function createDatabase(serverUrl: string, name: string): Promise<string> {
  const databaseUrl = await makeDatabase(serverUrl, name);
  await applyMigrations({ databaseUrl });
  return databaseUrl;
}

/** An empty one beside it. */
export async function makeDatabase(serverUrl: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${name}`);
  } finally {
    await client.end();
  }
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
