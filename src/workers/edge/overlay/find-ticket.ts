import { sql } from "drizzle-orm";
import * as z from "zod";
import { type OverlayType, overlayType } from "#contracts/overlay";
import { openDatabase } from "#db/client";
import { sha256Hex } from "#lib/sha256";

/** What a token stands for: one type of one community, to look at. */
export interface OverlayTicket {
  communityId: number;
  community: string;
  type: OverlayType;
  tokenHash: string;
}

/** 64 hex digits (90-decisions C-30). */
const tokenShape = /^[0-9a-f]{64}$/;
const found = z.array(z.object({ community_id: z.int(), community: z.string() }));

/** Undefined for a token that is unknown, of another type, replaced, or of a community that is gone. */
export async function findTicket(
  env: EdgeEnv,
  token: string,
  type: string,
  { isOpening = false } = {},
): Promise<OverlayTicket | undefined> {
  const known = overlayType.safeParse(type);
  if (!tokenShape.test(token) || !known.success) return undefined;
  const tokenHash = await sha256Hex(token);
  const valid = sql`t.token_hash = ${tokenHash} AND t.type = ${known.data} AND t.is_active
    AND (t.expires_at IS NULL OR t.expires_at > now()) AND c.id = t.community_id AND c.is_active`;
  // Only the page is noted, so that a thousand sockets that come back write nothing.
  const query = isOpening
    ? sql`UPDATE overlay_tokens t SET last_opened_at = now() FROM communities c WHERE ${valid}
        RETURNING t.community_id, c.name AS community`
    : sql`SELECT t.community_id, c.name AS community FROM overlay_tokens t, communities c WHERE ${valid}`;
  const { rows } = await openDatabase(env).execute(query);
  const [row] = found.parse(rows);
  return row && { communityId: row.community_id, community: row.community, type: known.data, tokenHash };
}
