import { type HTTPQueryOptions, type NeonQueryFunction, NeonQueryPromise } from "@neondatabase/serverless";
import type { Log } from "#lib/log";

type Client = NeonQueryFunction<false, false>;

/** 60-infrastructure §1.56. */
const warnAfterMs = 1000;
const tellAfterMs = 100;
const nameLength = 160;

export interface SlowLogTools {
  log: Log;
  /** Epoch milliseconds. */
  now: () => number;
}

/**
 * A statement by its beginning, with every written-out value masked. Values of people are parameters and never stand in it;
 * what is masked are the few constants that may.
 */
export function nameStatement(text: string): string {
  const bare = text
    .replaceAll(/'(?:[^']|'')*'/g, "?")
    .replaceAll(/(?<![$\w])\d+/g, "?")
    .replaceAll(/\s+/g, " ");
  return bare.trim().slice(0, nameLength);
}

/** The client, with a line for each call that took long: WARNING above a second, DEBUG above a tenth of one (DBP-3). */
export function withSlowLog(client: Client, { log, now }: SlowLogTools): Client {
  async function timed<T>(names: () => string[], run: () => Promise<T>): Promise<T> {
    const startedAt = now();
    let result: "SUCCESS" | "FAILURE" = "FAILURE";
    try {
      const answer = await run();
      result = "SUCCESS";
      return answer;
    } finally {
      const durationMs = now() - startedAt;
      const level = durationMs > warnAfterMs ? ("WARNING" as const) : ("DEBUG" as const);
      const line = { level, category: "SYSTEM", action: "database.query", result, durationMs } as const;
      if (durationMs > tellAfterMs) log({ ...line, details: { statements: names() } });
    }
  }

  const query = (text: string, params: unknown[] = [], options?: HTTPQueryOptions<false, false>) =>
    new NeonQueryPromise<false, false>(
      () =>
        timed(
          () => [nameStatement(text)],
          async () => client.query(text, params, options),
        ),
      { query: text, params },
      options,
    );
  const transaction = (
    queries: Extract<Parameters<Client["transaction"]>[0], readonly unknown[]>,
    options?: Parameters<Client["transaction"]>[1],
  ) =>
    timed(
      () => queries.map(nameOf),
      () => client.transaction(queries, options),
    );
  return new Proxy(client, {
    get: (target, name, receiver) => {
      if (name === "query") return query;
      if (name === "transaction") return transaction;
      return Reflect.get(target, name, receiver);
    },
  });
}

function nameOf({ queryData }: NeonQueryPromise<false, false>): string {
  return "query" in queryData ? nameStatement(queryData.query) : "a template";
}
