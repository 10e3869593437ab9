import { eq, sql } from "drizzle-orm";
import type { Database } from "#db/client";
import { collectorModules } from "#db/schema/legacy";

export type CollectorModule = typeof collectorModules.$inferSelect;

export type Registration = Pick<
  CollectorModule,
  "moduleName" | "moduleVersion" | "platform" | "endpointUrl" | "healthCheckUrl"
> & { config?: unknown };

/** One row a module: registering again is how it says its new version, and that it is there (LEG-1). */
export async function registerModule(db: Database, registration: Registration): Promise<CollectorModule> {
  const [row] = await db
    .insert(collectorModules)
    .values(registration)
    .onConflictDoUpdate({
      target: collectorModules.moduleName,
      set: { ...registration, status: "active", updatedAt: sql`now()` },
    })
    .returning();
  if (!row) throw new Error(`a registration returned no row: ${registration.moduleName}`);
  return row;
}

/** Undefined when no such module is registered (LEG-2). */
export async function beatModule(
  db: Database,
  { moduleName, status }: { moduleName: string; status: string },
): Promise<CollectorModule | undefined> {
  const [row] = await db
    .update(collectorModules)
    .set({ status, lastHeartbeat: sql`now()`, updatedAt: sql`now()` })
    .where(eq(collectorModules.moduleName, moduleName))
    .returning();
  return row;
}
