import { sql } from "drizzle-orm";
import * as z from "zod";
import { type Database, openDatabase } from "#db/client";
import { grantName, userVaultName } from "#durable-objects/token-vault/vault-names";
import { forgetBots } from "#workers/sender/tokens";
import { platformConfig } from "#workers/shared/platform-config";

const holders = z.array(z.object({ communityId: z.int().positive(), role: z.enum(["bot", "owner"]) }));

/**
 * A platform said that an account took its permission back: every vault that holds a grant of it asks at once whether
 * its token still lives. The word alone ends nothing, because it may come after a new consent. Returns how many ended.
 */
export async function noteRevoked(
  env: SenderEnv,
  { platform, account }: { platform: string; account: string },
): Promise<number> {
  if (!platformConfig(env)["DATABASE_URL"]) return 0;
  const grants = await findGrants(openDatabase(env), platform, account);
  const checked = await Promise.all(
    grants.map(({ communityId, role }) => {
      const vault = env.TOKEN_VAULT.get(env.TOKEN_VAULT.idFromName(userVaultName(communityId, platform)));
      return vault.checkUserToken({ communityId, provider: platform }, grantName(role, account));
    }),
  );
  forgetBots();
  return checked.filter((outcome) => outcome.ok && !outcome.value).length;
}

/** One account may be connected by several communities. */
async function findGrants(db: Database, platform: string, account: string) {
  const { rows } = await db.execute(sql`
    SELECT community_id AS "communityId", role FROM oauth_tokens
    WHERE provider = ${platform} AND account_id = ${account} AND status = 'active'
    ORDER BY community_id LIMIT 100`);
  return holders.parse(rows);
}
