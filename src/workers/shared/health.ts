import { sql } from "drizzle-orm";
import { Hono } from "hono";
import { productVersion } from "#contracts/version";
import { type DatabaseAddress, openDatabase } from "#db/client";
import { timedOut, within } from "#lib/within";

const databaseTimeMs = 3000;

/** `/health` is always cheap; `/healthz` asks what this Worker depends on (60-infrastructure §1.50). */
export function healthRoutes(module: string) {
  return new Hono<{ Bindings: Partial<DatabaseAddress> }>()
    .get("/health", (c) => c.json({ status: "healthy", ...aboutNow(module) }))
    .get("/healthz", async (c) => {
      const database = await checkDatabase(c.env);
      const isHealthy = database === "ok";
      return c.json(
        { status: isHealthy ? "healthy" : "unhealthy", ...aboutNow(module), checks: { database } },
        isHealthy ? 200 : 503,
      );
    });
}

/** Who answers, of which version, at what time. */
export function aboutNow(module: string) {
  return { module, version: productVersion, timestamp: new Date().toISOString() };
}

/** `ok`, or what is wrong. Settles within three seconds. */
export async function checkDatabase({
  DATABASE_URL = "",
  DATABASE_HTTP_ENDPOINT,
}: Partial<DatabaseAddress>): Promise<string> {
  try {
    const db = openDatabase({ DATABASE_URL, DATABASE_HTTP_ENDPOINT });
    const answer = await within(db.execute(sql`SELECT 1`), databaseTimeMs);
    return answer === timedOut ? "no answer in 3 s" : "ok";
  } catch {
    return "unreachable";
  }
}
