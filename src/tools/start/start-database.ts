import { join } from "node:path";
import { checkDatabase, isNeon } from "#tools/check-database";
import { startNeonEndpoint } from "#tools/neon-endpoint";
import { type RunningPostgres, startPostgres } from "#tools/postgres";
import type { Progress } from "#tools/start/progress";
import type { Shutdown } from "#tools/start/shutdown";

export interface LocalDatabase {
  url: string;
  /** Empty for Neon itself. */
  endpoint: string;
}

export interface DatabaseOptions {
  /** DATABASE_URL, when the user gave one. */
  given: string | undefined;
  dataFolder: string;
  shutdown: Shutdown;
  progress: Progress;
}

/** The user's own database, checked; or the one that comes along, started and kept running. */
export async function startDatabase(options: DatabaseOptions): Promise<LocalDatabase> {
  const { given, shutdown, progress } = options;
  if (given) await progress.step("Checking DATABASE_URL", () => checkDatabase(given));
  const url = given ?? (await startBundled(options));
  if (isNeon(url)) return { url, endpoint: "" };
  const endpoint = await startNeonEndpoint({ databaseUrl: url });
  shutdown.add("database endpoint", endpoint.close);
  return { url, endpoint: endpoint.url };
}

async function startBundled({ dataFolder, shutdown, progress }: DatabaseOptions): Promise<string> {
  const dataDir = join(dataFolder, "postgres");
  let server = await progress.step("Starting PostgreSQL", () => startPostgres({ dataDir }));
  shutdown.add("PostgreSQL", () => server.stop());
  const keep = (running: RunningPostgres) => {
    void running.exited.then(async () => {
      if (shutdown.isStopping()) return;
      progress.say("PostgreSQL ended unexpectedly; starting it again.");
      try {
        server = await startPostgres({ dataDir, port: running.port });
        keep(server);
        if (shutdown.isStopping()) await server.stop();
        progress.say("PostgreSQL is back.");
      } catch (error) {
        progress.say(
          `PostgreSQL does not come back: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    });
  };
  keep(server);
  return server.url;
}
