import { readdirSync } from "node:fs";
import { sql } from "drizzle-orm";
import * as z from "zod";
import type { Database } from "#db/client";
import type { Stack } from "#test/e2e/stack";

/** Everything a request could have changed, as it lies on disk, in Postgres and on the platforms. */
export interface LeftBehind {
  /** Storage files of Durable Objects of the edge: an object that was woken has one. */
  objects: string[];
  /** Each table's content as one digest. */
  tables: Record<string, string>;
  /** What the bot said, on all platforms. */
  said: number;
}

const edgeObjects = /ChannelObject|OverlayObject|GatewayLink/;

export async function lookAtWhatIsLeft(
  { simulators }: Pick<Stack, "simulators">,
  db: Database,
  persistTo: string,
): Promise<LeftBehind> {
  const files = readdirSync(persistTo, { recursive: true, encoding: "utf8" });
  const objects = files.filter((file) => edgeObjects.test(file) && /[0-9a-f]{64}\.sqlite$/.test(file));
  const said = simulators.transcript().filter(({ author }) => author.kind === "bot").length;
  return { objects: objects.sort(), tables: await digestTables(db), said };
}

const tableRow = z.object({ name: z.string() });
const digestRow = z.object({ digest: z.string().nullable() });

async function digestTables(db: Database): Promise<Record<string, string>> {
  const tables = await db.execute(
    sql`SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`,
  );
  const digests: Record<string, string> = {};
  for (const { name } of z.array(tableRow).parse(tables.rows)) {
    const result = await db.execute(
      sql`SELECT md5(string_agg(t::text, ' ' ORDER BY t::text)) AS digest FROM ${sql.identifier(name)} t`,
    );
    digests[name] = z.array(digestRow).parse(result.rows)[0]?.digest ?? "empty";
  }
  return digests;
}
