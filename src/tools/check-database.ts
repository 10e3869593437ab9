import pg from "pg";
import { errorCode, PlainError } from "#tools/plain-error";

/** The oldest PostgreSQL we are tested with. */
export const oldestPostgres = 15;

/**
 * Whether a database given from outside can be used. Each failure is one sentence with what to do;
 * none names the password.
 */
export async function checkDatabase(databaseUrl: string): Promise<void> {
  const where = describeDatabase(databaseUrl);
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query("SHOW server_version_num");
    checkVersion(Number(rows[0]?.server_version_num), where);
  } catch (error) {
    throw error instanceof PlainError ? error : sentence(error, where);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Host, port and database of a connection string, nothing secret. */
export function describeDatabase(databaseUrl: string): string {
  const isPostgres = /^postgres(ql)?:\/\//.test(databaseUrl) && URL.canParse(databaseUrl);
  if (!isPostgres) {
    throw new PlainError(
      "DATABASE_URL is no connection string: write postgres://user:password@host:5432/database",
    );
  }
  const { hostname, port, pathname } = new URL(databaseUrl);
  return `${hostname}:${port || 5432}${pathname}`;
}

/** `server_version_num`: 150003 is 15.3. */
export function checkVersion(versionNumber: number, where: string): void {
  const major = Math.floor(versionNumber / 10_000);
  if (major >= oldestPostgres) return;
  throw new PlainError(
    `The database ${where} is PostgreSQL ${major}: WaddleBot needs ${oldestPostgres} or newer (or unset DATABASE_URL to use the bundled one).`,
  );
}

function sentence(error: unknown, where: string): PlainError {
  const advice = "check DATABASE_URL, or unset it to use the bundled PostgreSQL";
  switch (errorCode(error)) {
    case "28P01":
    case "28000":
      return new PlainError(`The database ${where} refuses this user and password: ${advice}.`);
    case "3D000":
      return new PlainError(`The database ${where} does not exist: create it, or ${advice}.`);
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new PlainError(`The database ${where} cannot be found, its host name is unknown: ${advice}.`);
    default:
      return new PlainError(`The database ${where} does not answer: ${advice}.`);
  }
}

/** Neon serves its own HTTP endpoint; every other Postgres gets ours. */
export function isNeon(databaseUrl: string): boolean {
  return new URL(databaseUrl).hostname.endsWith(".neon.tech");
}
