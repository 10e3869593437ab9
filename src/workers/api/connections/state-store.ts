import { sql } from "drizzle-orm";
import * as z from "zod";
import type { GrantRole } from "#contracts/oauth";
import type { Database } from "#db/client";
import { sha256Hex } from "#lib/sha256";
import type { Principal } from "#workers/api/principal";

/** How long somebody may take on the platform's page (threats row 14). */
export const stateLifeSeconds = 600;

/** What must be remembered between leaving for the platform and coming back. */
export interface ConsentState {
  platform: string;
  role: GrantRole;
  communityId: number;
  /** Who began it. */
  principal: Principal;
  codeVerifier: string | null;
  /** Where the person goes on, on our own pages. */
  returnPath: string;
}

const keyRole = z.enum(["trigger", "action", "core", "admin", "user", "super-admin"]);
const principal = z.object({
  kind: z.enum(["service", "key", "user"]),
  id: z.string(),
  roles: z.array(keyRole),
  scopes: z.array(z.string()),
  communityId: z.int().nullable(),
});
const row = z.object({
  provider: z.string(),
  role: z.enum(["bot", "owner"]),
  community_id: z.int(),
  principal: z.string().transform((text) => principal.parse(JSON.parse(text))),
  code_verifier: z.string().nullable(),
  return_path: z.string(),
  browser_hash: z.string(),
  is_fresh: z.boolean(),
});

/** Remembers it under the state's hash, and throws away what nobody finished. */
export async function keepState(
  db: Database,
  keys: { state: string; browserKey: string },
  facts: ConsentState,
): Promise<void> {
  const [stateHash, browserHash] = await Promise.all([sha256Hex(keys.state), sha256Hex(keys.browserKey)]);
  const { kind, id, roles, scopes, communityId } = facts.principal;
  const who = JSON.stringify({ kind, id, roles, scopes, communityId });
  await db.execute(sql`
    WITH over AS (DELETE FROM oauth_states WHERE expires_at < now())
    INSERT INTO oauth_states (state_hash, browser_hash, provider, role, community_id, principal, code_verifier,
      return_path, expires_at)
    VALUES (${stateHash}, ${browserHash}, ${facts.platform}, ${facts.role}, ${facts.communityId}, ${who},
      ${facts.codeVerifier}, ${facts.returnPath}, now() + make_interval(secs => ${stateLifeSeconds}))`);
}

/** Takes it away, whatever comes of it: a state is good for one answer. Undefined for one that is unknown, used or too old. */
export async function takeState(
  db: Database,
  state: string,
): Promise<(ConsentState & { browserHash: string }) | undefined> {
  const { rows } = await db.execute(sql`
    DELETE FROM oauth_states WHERE state_hash = ${await sha256Hex(state)}
    RETURNING provider, role, community_id, principal, code_verifier, return_path, browser_hash,
      expires_at > now() AS is_fresh`);
  const found = z.array(row).parse(rows)[0];
  if (!found?.is_fresh) return undefined;
  return {
    platform: found.provider,
    role: found.role,
    communityId: found.community_id,
    principal: found.principal,
    codeVerifier: found.code_verifier,
    returnPath: found.return_path,
    browserHash: found.browser_hash,
  };
}
