import { sql } from "drizzle-orm";
import type { Context } from "hono";
import { noteChange } from "#db/audit";
import type { Database } from "#db/client";
import { auditActor } from "#workers/api/access/caller";
import type { ApiBindings } from "#workers/api/bindings";
import type { DisplayRequest } from "#workers/api/overlays/display-request";

/**
 * What a person put onto a stream stands in the log before it is seen (threats row 27). Services show captions by the second;
 * theirs stand in the overlay's own ring.
 */
export async function noteShown(
  c: Context<ApiBindings>,
  db: Database,
  { community_id, source_type, content }: DisplayRequest,
): Promise<void> {
  if (c.get("principal").kind !== "user") return;
  const entry = noteChange(
    {
      action: "overlay.display",
      resourceType: "overlay",
      source: sql`(SELECT ${source_type}::text AS id) asked`,
      resourceId: sql`asked.id`,
      communityId: sql`${community_id}`,
      after: sql`${JSON.stringify({ source_type, content })}`,
    },
    await auditActor(c),
  );
  await db.execute(entry);
}
