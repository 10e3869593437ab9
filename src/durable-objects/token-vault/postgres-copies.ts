import { sql } from "drizzle-orm";
import * as z from "zod";
import type { Database } from "#db/client";
import { tokenStatus } from "#durable-objects/token-vault/token-row";
import type { VaultCopies } from "#durable-objects/token-vault/vault-copy";
import { grantName, parseGrantName } from "#durable-objects/token-vault/vault-names";

const key = z.object({ kid: z.string(), wrapped: z.string() });
const grant = z.object({
  role: z.enum(["bot", "owner"]),
  account_id: z.string(),
  account_name: z.string(),
  access_token_enc: z.string(),
  refresh_token_enc: z.string().nullable(),
  kid: z.string(),
  scopes: z.array(z.string()),
  expires_at: z.number().nullable(),
  status: tokenStatus,
  problem: z.string().nullable(),
  updated_at: z.number(),
});
const loaded = z.object({ keys: z.array(key), grants: z.array(grant) });

/** The vaults' copies in `oauth_tokens` and `oauth_data_keys`: ciphertexts, and data keys that only the keyring opens. */
export function makePostgresCopies(db: () => Database): VaultCopies {
  return {
    async save({ owner: { communityId, provider }, keys, grants }) {
      const rows = grants.flatMap(({ account, name, sealed, ...rest }) => {
        const named = parseGrantName(account);
        return named ? [{ ...rest, ...named, name, ...sealed }] : [];
      });
      await db().execute(sql`
        WITH kept_keys AS (
          INSERT INTO oauth_data_keys (community_id, provider, kid, wrapped)
          SELECT ${communityId}, ${provider}, kid, wrapped
          FROM jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) AS k(kid text, wrapped text)
          ON CONFLICT (community_id, provider, kid) DO UPDATE SET wrapped = excluded.wrapped)
        INSERT INTO oauth_tokens (community_id, provider, role, account_id, account_name, access_token_enc,
          refresh_token_enc, kid, scopes, expires_at, status, problem, updated_at)
        SELECT ${communityId}, ${provider}, role, "accountId", name, access, refresh, kid, scopes,
          to_timestamp("expiresAt" / 1000.0), status, problem, to_timestamp("updatedAt" / 1000.0)
        FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS g(role text, "accountId" text, name text,
          access text, refresh text, kid text, scopes text[], "expiresAt" float8, status text, problem text,
          "updatedAt" float8)
        ON CONFLICT (community_id, provider, role, account_id) DO UPDATE SET account_name = excluded.account_name,
          access_token_enc = excluded.access_token_enc, refresh_token_enc = excluded.refresh_token_enc,
          kid = excluded.kid, scopes = excluded.scopes, expires_at = excluded.expires_at, status = excluded.status,
          problem = excluded.problem, updated_at = excluded.updated_at`);
    },
    async load(owner) {
      const { communityId, provider } = owner;
      const { rows } = await db().execute(sql`
        SELECT (SELECT coalesce(jsonb_agg(k), '[]') FROM oauth_data_keys k
            WHERE community_id = ${communityId} AND provider = ${provider}) AS keys,
          (SELECT coalesce(jsonb_agg(to_jsonb(t) || jsonb_build_object(
              'expires_at', floor(extract(epoch FROM t.expires_at) * 1000),
              'updated_at', floor(extract(epoch FROM t.updated_at) * 1000))), '[]') FROM oauth_tokens t
            WHERE community_id = ${communityId} AND provider = ${provider}) AS grants`);
      const { keys, grants } = loaded.parse(rows[0]);
      if (grants.length === 0) return undefined;
      return {
        owner,
        keys,
        grants: grants.map((row) => ({
          account: grantName(row.role, row.account_id),
          name: row.account_name,
          sealed: { access: row.access_token_enc, refresh: row.refresh_token_enc, kid: row.kid },
          scopes: row.scopes,
          expiresAt: row.expires_at,
          status: row.status,
          problem: row.problem,
          updatedAt: row.updated_at,
        })),
      };
    },
  };
}
