import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import pg from "pg";
import * as z from "zod";
import { errorCode } from "#tools/plain-error";

const statement = z.object({ query: z.string(), params: z.array(z.unknown()).default([]) });
const requestBody = z.union([z.object({ queries: z.array(statement).max(1000) }), statement]);
type Statement = z.infer<typeof statement>;

const isolationLevels: Readonly<Record<string, string>> = {
  ReadUncommitted: "READ UNCOMMITTED",
  ReadCommitted: "READ COMMITTED",
  RepeatableRead: "REPEATABLE READ",
  Serializable: "SERIALIZABLE",
};

/** What the driver copies from an error reply into its own error. */
const errorFields = [
  "severity",
  "code",
  "detail",
  "hint",
  "position",
  "internalPosition",
  "internalQuery",
  "where",
  "schema",
  "table",
  "column",
  "dataType",
  "constraint",
  "file",
  "line",
  "routine",
] as const;

const maxBodyBytes = 16 * 1024 * 1024;

export interface NeonEndpoint {
  /** What `DATABASE_HTTP_ENDPOINT` wants: `http://127.0.0.1:<port>/sql`. */
  url: string;
  /** Statements executed since the start, those of one database or of all; BEGIN and COMMIT not counted. */
  statements(database?: string): number;
  close(): Promise<void>;
}

export interface NeonEndpointOptions {
  /** The server; whoever names its password may use any database on it. */
  databaseUrl: string;
  port?: number;
  /** The most at once to one database. */
  connections?: number;
}

/**
 * Speaks the HTTP protocol of `@neondatabase/serverless` for any Postgres, on 127.0.0.1 only.
 * A batch is one transaction. A request without the server's own user and password gets 401.
 */
export async function startNeonEndpoint({
  databaseUrl,
  port = 0,
  connections = 10,
}: NeonEndpointOptions): Promise<NeonEndpoint> {
  const pools = new Map<string, pg.Pool>();
  const counts = new Map<string, number>();
  const poolOf = (database: string) => {
    const known = pools.get(database);
    if (known) return known;
    const pool = openPool(databaseUrl, database, connections);
    pools.set(database, pool);
    return pool;
  };
  const count = (database: string) => counts.set(database, (counts.get(database) ?? 0) + 1);

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== "POST" || request.url !== "/sql")
      return reply(response, 404, { message: "POST /sql only" });
    const database = authenticate(databaseUrl, request.headers["neon-connection-string"]);
    if (database === undefined) return reply(response, 401, { message: "unknown user or password" });
    const text = await readBody(request);
    const body = text === undefined ? undefined : parseBody(text);
    if (!body) return reply(response, 400, { message: "not a query" });
    try {
      const run = (client: pg.ClientBase | pg.Pool, one: Statement) => {
        count(database);
        return execute(client, one, request.headers);
      };
      const pool = poolOf(database);
      const result =
        "queries" in body ? await runBatch(pool, body.queries, request.headers, run) : await run(pool, body);
      reply(response, 200, result);
    } catch (error) {
      refuse(response, error);
    }
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => refuse(response, error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  // Longer than any client keeps an idle connection: it must never race with our closing one.
  server.keepAliveTimeout = 120_000;
  const address = server.address();
  const chosenPort = typeof address === "object" && address ? address.port : port;

  return {
    url: `http://127.0.0.1:${chosenPort}/sql`,
    statements: (database) =>
      database === undefined
        ? [...counts.values()].reduce((sum, n) => sum + n, 0)
        : (counts.get(database) ?? 0),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await Promise.all([...pools.values()].map((pool) => pool.end()));
    },
  };
}

function openPool(databaseUrl: string, database: string, max: number): pg.Pool {
  const url = new URL(databaseUrl);
  url.pathname = `/${encodeURIComponent(database)}`;
  const pool = new pg.Pool({ connectionString: url.href, max, connectionTimeoutMillis: 5000 });
  // An idle connection may be cut by the server (drop, restart); the pool opens a new one when needed.
  pool.on("error", () => undefined);
  // A connection that is in use has lost the pool's listener; its query rejects, and that is enough.
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

/** The database the caller asks for; undefined when user or password is not the server's own. */
function authenticate(databaseUrl: string, header: string | string[] | undefined): string | undefined {
  if (typeof header !== "string" || !URL.canParse(header)) return undefined;
  const own = new URL(databaseUrl);
  const asked = new URL(header);
  const isKnown =
    isSame(own.username, asked.username) && isSame(decodePart(own.password), decodePart(asked.password));
  return isKnown ? decodePart(asked.pathname.slice(1)) : undefined;
}

function isSame(left: string, right: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    if (!(chunk instanceof Buffer)) return undefined;
    bytes += chunk.length;
    if (bytes > maxBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseBody(text: string): z.infer<typeof requestBody> | undefined {
  try {
    return requestBody.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

async function runBatch(
  pool: pg.Pool,
  queries: Statement[],
  headers: IncomingMessage["headers"],
  run: (client: pg.ClientBase, one: Statement) => Promise<unknown>,
): Promise<{ results: unknown[] }> {
  const client = await pool.connect();
  try {
    await client.query(`BEGIN ${transactionMode(headers)}`);
    const results: unknown[] = [];
    for (const one of queries) results.push(await run(client, one));
    await client.query("COMMIT");
    client.release();
    return { results };
  } catch (error) {
    // A connection whose rollback fails is closed, never given to the next caller.
    const isClean = await client.query("ROLLBACK").then(
      () => true,
      () => false,
    );
    client.release(!isClean);
    throw error;
  }
}

function transactionMode(headers: IncomingMessage["headers"]): string {
  const level = isolationLevels[String(headers["neon-batch-isolation-level"])];
  return [
    level ? `ISOLATION LEVEL ${level}` : "",
    headers["neon-batch-read-only"] === "true" ? "READ ONLY" : "",
    headers["neon-batch-deferrable"] === "true" ? "DEFERRABLE" : "",
  ]
    .filter(Boolean)
    .join(" ");
}

async function execute(
  client: pg.ClientBase | pg.Pool,
  { query, params }: Statement,
  headers: IncomingMessage["headers"],
): Promise<unknown> {
  const isArrayMode = headers["neon-array-mode"] === "true";
  const isRawText = headers["neon-raw-text-output"] === "true";
  const result = await client.query({
    text: query,
    values: params,
    ...(isArrayMode ? { rowMode: "array" as const } : {}),
    // The driver parses by type itself; parsing here would cost bigint its digits.
    ...(isRawText ? { types: { getTypeParser: () => (value: unknown) => value } } : {}),
  });
  const { command, rowCount, fields, rows } = result;
  return { command, rowCount, fields, rows, rowAsArray: isArrayMode };
}

function refuse(response: ServerResponse, error: unknown): void {
  if (error instanceof pg.DatabaseError && isStatementError(error)) {
    const facts = Object.fromEntries(errorFields.map((field) => [field, error[field]]));
    return reply(response, 400, { message: error.message, ...facts });
  }
  reply(response, 503, { message: "the database does not answer", code: errorCode(error) });
}

/** Not: too many connections, shutting down, cannot connect (classes 08, 53, 57P). */
function isStatementError({ code = "" }: pg.DatabaseError): boolean {
  return !/^(08|53|57P)/.test(code);
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
