import { sql } from "drizzle-orm";
import * as z from "zod";
import type { ConnectionName } from "#contracts/connections";
import type { AuditActor } from "#db/audit";
import type { Database } from "#db/client";
import { type ChangedConfig, changeConfig } from "#workers/api/router/change-config";

/** One connected account as its community sees it; no token, and nothing that opens one. */
export const shownConnection = z.object({
  platform: z.string(),
  role: z.enum(["bot", "owner"]),
  account_id: z.string(),
  account_name: z.string(),
  status: z.enum(["active", "reauth_required"]),
  /** What to do about it, for people; null when all is well. */
  problem: z.string().nullable(),
  scopes: z.array(z.string()),
  expires_at: z.string().nullable(),
  updated_at: z.string(),
});
export type ShownConnection = z.infer<typeof shownConnection>;

const moment = z.string().transform((text) => new Date(text).toISOString());
const listed = z.array(
  z.object({
    row: shownConnection
      .omit({ expires_at: true, updated_at: true })
      .extend({ expires_at: moment.nullable(), updated_at: moment }),
  }),
);

export async function listConnections(db: Database, communityId: number): Promise<ShownConnection[]> {
  const { rows } = await db.execute(sql`
    SELECT jsonb_build_object('platform', provider, 'role', role, 'account_id', account_id, 'account_name', account_name,
      'status', status, 'problem', problem, 'scopes', to_jsonb(scopes), 'expires_at', expires_at,
      'updated_at', updated_at) AS row
    FROM oauth_tokens WHERE community_id = ${communityId} AND status <> 'revoked'
    ORDER BY provider, role, account_id LIMIT 500`);
  return listed.parse(rows).map(({ row }) => row);
}

/** The server ids of a community's channels on a platform: the accounts of which one is the owner of a channel. */
export async function listChannelAccounts(
  db: Database,
  place: { communityId: number; platform: string },
): Promise<string[]> {
  const { rows } = await db.execute(sql`
    SELECT DISTINCT server_id FROM servers
    WHERE community_id = ${place.communityId} AND platform = ${place.platform} AND is_active LIMIT 1000`);
  return z
    .array(z.object({ server_id: z.string() }))
    .parse(rows)
    .map((row) => row.server_id);
}

export async function isCommunity(db: Database, communityId: number): Promise<boolean> {
  const { rows } = await db.execute(sql`SELECT 1 FROM communities WHERE id = ${communityId} AND is_active`);
  return rows.length > 0;
}

/**
 * The vault itself changed in the sender; this is the record of who did it, and what tells the community's channels, which
 * know the accounts that the bot speaks as. Those of another community see a platform-wide one within 300 s.
 */
export async function noteConnection(
  db: Database,
  action: "connection.connect" | "connection.disconnect",
  { communityId, platform, role, account }: ConnectionName,
  by: AuditActor,
): Promise<ChangedConfig | undefined> {
  return changeConfig(db, {
    communityId,
    action,
    resourceType: "connection",
    resourceId: sql`${`${platform}/${role}/${account}`}`,
    change: sql`SELECT ${platform}::text AS platform, ${role}::text AS role, ${account}::text AS account`,
    by,
  });
}
