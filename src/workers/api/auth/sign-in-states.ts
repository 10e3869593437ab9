import { sql } from "drizzle-orm";
import * as z from "zod";
import type { Database } from "#db/client";
import { sha256Hex } from "#lib/sha256";

/** How long somebody may take on the platform's page (threats row 14). */
export const signInLifeSeconds = 600;

/** What must be remembered while somebody is at a platform's page. */
export interface BegunSignIn {
  provider: string;
  /** Who links the account; null to sign in with it. */
  userId: number | null;
  codeVerifier: string | null;
  returnPath: string;
}

const row = z.object({
  provider: z.string(),
  hub_user_id: z.int().nullable(),
  code_verifier: z.string().nullable(),
  return_path: z.string(),
  browser_hash: z.string(),
  is_fresh: z.boolean(),
});

/** Remembers it under the state's hash, and throws away what nobody finished. */
export async function keepSignIn(
  db: Database,
  keys: { state: string; browserKey: string },
  { provider, userId, codeVerifier, returnPath }: BegunSignIn,
): Promise<void> {
  const [stateHash, browserHash] = await Promise.all([sha256Hex(keys.state), sha256Hex(keys.browserKey)]);
  await db.execute(sql`
    WITH over AS (DELETE FROM hub_sign_ins WHERE expires_at < now())
    INSERT INTO hub_sign_ins (state_hash, browser_hash, provider, hub_user_id, code_verifier, return_path, expires_at)
    VALUES (${stateHash}, ${browserHash}, ${provider}, ${userId}, ${codeVerifier}, ${returnPath},
      now() + make_interval(secs => ${signInLifeSeconds}))`);
}

/** Takes it away, whatever comes of it: a state is good for one answer. Undefined for one that is unknown, used or too old. */
export async function takeSignIn(
  db: Database,
  state: string,
): Promise<(BegunSignIn & { browserHash: string }) | undefined> {
  const { rows } = await db.execute(sql`
    DELETE FROM hub_sign_ins WHERE state_hash = ${await sha256Hex(state)}
    RETURNING provider, hub_user_id, code_verifier, return_path, browser_hash, expires_at > now() AS is_fresh`);
  const found = z.array(row).parse(rows)[0];
  if (!found?.is_fresh) return undefined;
  return {
    provider: found.provider,
    userId: found.hub_user_id,
    codeVerifier: found.code_verifier,
    returnPath: found.return_path,
    browserHash: found.browser_hash,
  };
}
