import pg from "pg";

/** What a bot does besides answering, done by hand in Postgres: the peers' share of the duties ours has. */
export interface Duties {
  /** Before the answer. False: the event was seen before, or its person asked too often. */
  begin(eventId: string, person: string): Promise<boolean>;
  /** Before the answer, too: it is the acknowledgement, so what is not written is lost with a crash. */
  finish(eventId: string, person: string, command: string): Promise<void>;
}

/** 60 in a minute, as ours. */
const perMinute = 60;

const tables = `
  CREATE TABLE IF NOT EXISTS seen (id text PRIMARY KEY, at timestamptz NOT NULL DEFAULT now());
  CREATE TABLE IF NOT EXISTS calls (person text NOT NULL, at timestamptz NOT NULL DEFAULT now());
  CREATE INDEX IF NOT EXISTS calls_person ON calls (person, at);
  CREATE TABLE IF NOT EXISTS executions (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, event_id text NOT NULL,
    person text NOT NULL, command text NOT NULL, status text NOT NULL, at timestamptz NOT NULL DEFAULT now());
`;

/**
 * One statement before the command and one after it, over a pool of kept connections: no slower than it has to be. A duplicate is
 * known for good, the limit slides, and every execution is in a log.
 */
export async function openDuties(databaseUrl: string): Promise<Duties> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
  pool.on("error", () => undefined);
  await pool.query(tables);
  return {
    async begin(eventId, person) {
      const { rowCount } = await pool.query({
        name: "begin",
        text: `WITH fresh AS (INSERT INTO seen (id) VALUES ($1) ON CONFLICT DO NOTHING RETURNING 1)
          INSERT INTO calls (person) SELECT $2 FROM fresh
          WHERE (SELECT count(*) FROM calls WHERE person = $2 AND at > now() - interval '1 minute') < ${perMinute}`,
        values: [eventId, person],
      });
      return rowCount === 1;
    },
    async finish(eventId, person, command) {
      await pool.query({
        name: "finish",
        text: "INSERT INTO executions (event_id, person, command, status) VALUES ($1, $2, $3, 'success')",
        values: [eventId, person, command],
      });
    },
  };
}
