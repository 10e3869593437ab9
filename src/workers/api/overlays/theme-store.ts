import { sql } from "drizzle-orm";
import * as z from "zod";
import { type OverlayType, overlayType } from "#contracts/overlay";
import { type OverlayTheme, overlayTheme } from "#contracts/overlay-theme";
import { type AuditActor, noteChange } from "#db/audit";
import type { Database } from "#db/client";

const themeRow = z.object({ type: overlayType, theme: z.unknown(), version: z.int() });

export interface StoredTheme {
  theme: OverlayTheme;
  version: number;
}

export async function listThemes(db: Database, communityId: number): Promise<Map<OverlayType, StoredTheme>> {
  const { rows } = await db.execute(
    sql`SELECT type, theme, version FROM overlay_themes WHERE community_id = ${communityId}`,
  );
  const themes = z.array(themeRow).parse(rows);
  return new Map(
    themes.map(({ type, theme, version }) => [
      type,
      { theme: overlayTheme.catch(overlayTheme.parse({})).parse(theme), version },
    ]),
  );
}

/** Its new version. */
export async function writeTheme(
  db: Database,
  { communityId, type, theme, by }: ThemeChange,
): Promise<number> {
  const note = noteChange(
    {
      action: "overlay.theme",
      resourceType: "overlay",
      source: sql`changed`,
      resourceId: sql`changed.type`,
      communityId: sql`changed.community_id`,
      before: sql`(SELECT theme FROM old)`,
      after: sql`changed.theme`,
    },
    by,
  );
  const { rows } = await db.execute(sql`
    WITH old AS (SELECT theme FROM overlay_themes WHERE community_id = ${communityId} AND type = ${type}),
    changed AS (
      INSERT INTO overlay_themes AS t (community_id, type, theme, updated_by)
      VALUES (${communityId}, ${type}, ${JSON.stringify(theme)}::jsonb, ${by.actor})
      ON CONFLICT (community_id, type) DO UPDATE SET theme = excluded.theme, version = t.version + 1,
        updated_by = excluded.updated_by, updated_at = now() RETURNING *),
    noted AS (${note})
    SELECT version FROM changed`);
  return z.object({ version: z.int() }).parse(rows[0]).version;
}

interface ThemeChange {
  communityId: number;
  type: OverlayType;
  theme: OverlayTheme;
  by: AuditActor;
}
