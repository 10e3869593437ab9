import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { type Stack, type StackOptions, startStack } from "#test/e2e/stack";

export interface FaultStack extends Stack {
  database: TestDatabase;
  /** The edge's own socket, where channels can be looked into. */
  edgeUrl: URL;
  persistTo: string;
}

export type FaultStackOptions = Pick<StackOptions, "channels" | "secrets" | "simulators"> & {
  /** The file in this folder that takes the edge's place. */
  edge: string;
  /** Stands before the database's own endpoint. */
  before?: (endpoint: string) => Promise<{ url: string; close(): Promise<void> }>;
};

/** A whole house with its storage on disk, a database of its own and a window into its channels. */
export async function startFaultStack({ edge, before, ...options }: FaultStackOptions): Promise<FaultStack> {
  const persistTo = mkdtempSync(join(tmpdir(), "waddlebot-faults-"));
  const database = await openTestDatabase();
  const proxy = await before?.(database.endpoint);
  const stack = await startStack({
    ...options,
    databaseUrl: database.url,
    databaseEndpoint: proxy?.url ?? database.endpoint,
    persistTo,
    mains: { "waddlebot-edge": join(import.meta.dirname, edge) },
  });
  return {
    ...stack,
    database,
    persistTo,
    edgeUrl: await stack.workers.urlOf("waddlebot-edge"),
    async close() {
      await stack.close();
      await proxy?.close();
      await database.close();
      rmSync(persistTo, { recursive: true, force: true });
    },
  };
}

/** `kill -9` of workerd; resolves when it answers again, on the same ports with the same storage. */
export async function killWorkerd({ workers, url }: Stack): Promise<void> {
  const pid = workers.pid();
  if (pid === undefined) throw new Error("workerd is not running");
  process.kill(pid, "SIGKILL");
  for (let tries = 0; tries < 400; tries++) {
    const response = await fetch(new URL("/health", url)).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("workerd did not come back within 20 s");
}
