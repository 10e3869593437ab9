import { HttpConnection } from "#test/bench/http-connection";

export interface Load {
  url: URL;
  requests: readonly Buffer[];
  /** How many connections ask side by side, each its next question when it has its answer (closed loop). */
  connections: number;
  /** What every answer must contain. */
  expected: string;
  /** And its status: 200. */
  status?: number;
}

export interface LoadResult {
  seconds: number;
  /** Milliseconds, one for each request. */
  latencies: number[];
  failures: number;
  /** What the first wrong answer was, shortened. */
  firstFailure?: string;
}

/** Sends every request once and checks every answer. */
export async function runLoad({
  url,
  requests,
  connections,
  expected,
  status: right = 200,
}: Load): Promise<LoadResult> {
  const latencies: number[] = [];
  let failures = 0;
  let firstFailure: string | undefined;
  let next = 0;

  async function ask(connection: HttpConnection, request: Buffer): Promise<string | undefined> {
    try {
      const { status, body } = await connection.exchange(request);
      return status === right && body.includes(expected) ? undefined : `${status} ${body.slice(0, 200)}`;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  async function keepAsking(): Promise<void> {
    const connection = new HttpConnection(url);
    for (let request = requests[next++]; request; request = requests[next++]) {
      const askedAt = performance.now();
      const wrong = await ask(connection, request);
      latencies.push(performance.now() - askedAt);
      if (wrong === undefined) continue;
      failures += 1;
      firstFailure ??= wrong;
    }
    connection.close();
  }

  const startedAt = performance.now();
  await Promise.all(Array.from({ length: connections }, keepAsking));
  const seconds = (performance.now() - startedAt) / 1000;
  return { seconds, latencies, failures, ...(firstFailure === undefined ? {} : { firstFailure }) };
}
