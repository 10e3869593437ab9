import { type HTTPQueryOptions, type NeonQueryFunction, NeonQueryPromise } from "@neondatabase/serverless";
import type { Log } from "#lib/log";
import { timedOut, within } from "#lib/within";

type Client = NeonQueryFunction<false, false>;
type Queries = Extract<Parameters<Client["transaction"]>[0], readonly unknown[]>;

/** How far behind a replica may be for what somebody did not write themselves. */
const usualStaleAfterSeconds = 10;
const answerWithinMs = 3000;
const restMs = 2000;

/** A place in the primary's log of writes, as Postgres spells it: `0/16B3748`. */
export const logPosition = /^[0-9A-F]{1,8}\/[0-9A-F]{1,8}$/;

export interface ReplicaTools {
  /** What whoever asks has written last; the replica answers once it has that. */
  after: string;
  log: Log;
  /** Epoch milliseconds. */
  now: () => number;
  /** Shared by all clients of one replica: until when it is not asked. */
  rest: { until: number };
  staleAfterSeconds?: number | undefined;
}

/**
 * A client that only reads: from the replica where that has what the caller wrote and is not far behind, else from the primary.
 * Replica and guard are one round trip. Fails open to the primary: a replica that is away, behind or no replica costs time.
 */
export function withReplica(
  { primary, replica }: { primary: Client; replica: Client },
  { after, log, now, rest, staleAfterSeconds = usualStaleAfterSeconds }: ReplicaTools,
): Client {
  if (!logPosition.test(after)) throw new Error("not a place in the log of writes");
  // A server that is no replica has replayed nothing: NULL, which is not true.
  const guard = () =>
    replica.query(
      `SELECT 1 / (CASE WHEN pg_last_wal_replay_lsn() >= $1::pg_lsn
        AND pg_last_xact_replay_timestamp() > now() - make_interval(secs => $2) THEN 1 ELSE 0 END)`,
      [after, staleAfterSeconds],
    );

  type Options = Parameters<Client["transaction"]>[1];
  async function read(
    asReplica: () => Queries,
    options: Options,
    asPrimary: () => Promise<unknown[]>,
  ): Promise<unknown[]> {
    if (now() < rest.until) return asPrimary();
    try {
      const asked = replica.transaction([guard(), ...asReplica()], { ...options, readOnly: true });
      const answer = await within(asked, answerWithinMs);
      if (answer !== timedOut) return answer.slice(1);
    } catch (error) {
      if (!isBehind(error)) tell(error);
    }
    rest.until = now() + restMs;
    return asPrimary();
  }
  function tell(error: unknown): void {
    const name = error instanceof Error ? error.name : "unknown";
    log({
      level: "WARNING",
      category: "SYSTEM",
      action: "database.replica",
      result: "FAILURE",
      details: { error: name },
    });
  }

  const query = (text: string, params: unknown[] = [], options?: HTTPQueryOptions<false, false>) =>
    new NeonQueryPromise<false, false>(
      async () => {
        const on = (client: Client): Queries => [client.query(text, params, options)];
        const [rows] = await read(
          () => on(replica),
          undefined,
          () => primary.transaction(on(primary), { readOnly: true }),
        );
        return rows;
      },
      { query: text, params },
      options,
    );
  const transaction = (queries: Queries, options?: Options) =>
    read(
      () => queries,
      options,
      () => primary.transaction(queries, { ...options, readOnly: true }),
    );
  return new Proxy(primary, {
    get: (target, name, receiver) => {
      if (name === "query") return query;
      if (name === "transaction") return transaction;
      return Reflect.get(target, name, receiver);
    },
  });
}

/** The guard divides by nought. */
function isBehind(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "22012";
}
