import { appendFileSync, chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { applyMigrations } from "#tools/migrate";
import { type NeonEndpoint, startNeonEndpoint } from "#tools/neon-endpoint";
import { type RunningPostgres, startPostgres } from "#tools/postgres";

export interface PrimaryAndStandby {
  /** For `openReadingDatabase`, and as the API's environment. */
  address: Record<
    "DATABASE_URL" | "DATABASE_HTTP_ENDPOINT" | "REPLICA_DATABASE_URL" | "REPLICA_HTTP_ENDPOINT",
    string
  >;
  /** Statements that the standby was asked. */
  asked(): number;
  /** From now on the standby gets everything and shows nothing of it: the longest lag there is. */
  pause(): Promise<void>;
  /** Goes on, and waits until it has what the primary has. */
  catchUp(): Promise<void>;
  /** The standby ends; its address stays. */
  stopStandby(): Promise<void>;
  close(): Promise<void>;
}

/** Two servers of their own, migrated: one writes, the other follows it by streaming replication, as in production. */
export async function startPrimaryAndStandby(): Promise<PrimaryAndStandby> {
  const folder = mkdtempSync(join(tmpdir(), "waddlebot-standby-"));
  const [first, second] = [join(folder, "primary"), join(folder, "standby")];
  const ending: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const end of ending.toReversed()) await end();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    // A copy of a cluster at rest is as good as a base backup.
    const atRest = await startPostgres({ dataDir: first, isDurable: false });
    await applyMigrations({ databaseUrl: atRest.url });
    await atRest.stop();
    mkdirSync(second);
    cpSync(first, second, { recursive: true });
    chmodSync(join(second, "cluster"), 0o700);
    const primary = await startPostgres({ dataDir: first, isDurable: false });
    ending.push(() => primary.stop());
    follow(join(second, "cluster"), primary);
    const standby = await startPostgres({ dataDir: second, isDurable: false });
    ending.push(() => standby.stop());
    return describe({ primary, standby, ending, close });
  } catch (error) {
    await close();
    throw error;
  }
}

function follow(cluster: string, primary: RunningPostgres): void {
  const { password, username } = new URL(primary.url);
  const source = `host=127.0.0.1 port=${primary.port} user=${username} password=${password}`;
  appendFileSync(join(cluster, "postgresql.auto.conf"), `primary_conninfo = '${source}'\n`);
  writeFileSync(join(cluster, "standby.signal"), "");
}

async function describe({
  primary,
  standby,
  ending,
  close,
}: {
  primary: RunningPostgres;
  standby: RunningPostgres;
  ending: (() => Promise<unknown>)[];
  close: () => Promise<void>;
}): Promise<PrimaryAndStandby> {
  const endpoints: NeonEndpoint[] = [];
  for (const { url } of [primary, standby]) {
    const endpoint = await startNeonEndpoint({ databaseUrl: url });
    ending.push(() => endpoint.close());
    endpoints.push(endpoint);
  }
  const [before, behind] = endpoints;
  return {
    address: {
      DATABASE_URL: primary.url,
      DATABASE_HTTP_ENDPOINT: before?.url ?? "",
      REPLICA_DATABASE_URL: standby.url,
      REPLICA_HTTP_ENDPOINT: behind?.url ?? "",
    },
    asked: () => behind?.statements() ?? 0,
    pause: async () => {
      await ask(standby.url, "SELECT pg_wal_replay_pause()");
      await until(standby.url, "SELECT pg_get_wal_replay_pause_state() = 'paused' AS is_so");
    },
    catchUp: async () => {
      await ask(standby.url, "SELECT pg_wal_replay_resume()");
      const { at } = await ask(primary.url, "SELECT pg_current_wal_insert_lsn()::text AS at");
      await until(standby.url, `SELECT pg_last_wal_replay_lsn() >= '${String(at)}'::pg_lsn AS is_so`);
    },
    stopStandby: () => standby.stop(),
    close,
  };
}

async function ask(url: string, question: string): Promise<Record<string, unknown>> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query(question);
    return rows[0] ?? {};
  } finally {
    await client.end();
  }
}

async function until(url: string, question: string): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    if ((await ask(url, question))["is_so"] === true) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`never so: ${question}`);
}
