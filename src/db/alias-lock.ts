import { type SQL, sql } from "drizzle-orm";

/**
 * Who is who may not change under somebody who spends what all accounts of a person have. Joining and undoing take the
 * lock alone, whoever spends shares it. One lock for the whole house: joinings are rare and take milliseconds, and with
 * one there is no order in which two could wait for each other. First statement of a transaction; it goes with its end.
 */
export const lockAliases: { alone: SQL; shared: SQL } = {
  alone: sql`SELECT pg_advisory_xact_lock(0, 36)`,
  shared: sql`SELECT pg_advisory_xact_lock_shared(0, 36)`,
};
