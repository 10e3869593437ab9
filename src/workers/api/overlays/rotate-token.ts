import type { Context } from "hono";
import type { OverlayType } from "#contracts/overlay";
import type { Database } from "#db/client";
import { sha256Hex } from "#lib/sha256";
import { auditActor } from "#workers/api/access/caller";
import type { ApiBindings } from "#workers/api/bindings";
import { askOverlay } from "#workers/api/overlays/overlay-desk";
import { graceMs, listTokens, replaceTokens } from "#workers/api/overlays/token-store";

interface Wish {
  communityId: number;
  type: OverlayType;
  grace: boolean;
  /** False only ends what there is. */
  wantsNew: boolean;
}

/**
 * Ends an overlay's tokens and makes a new one. The overlay object is told first: were it told last and did not answer,
 * the old address would be over in the books and its pages still open. It is told again of those that somebody else made
 * meanwhile.
 */
export async function rotateToken(
  c: Context<ApiBindings>,
  db: Database,
  { communityId, type, grace, wantsNew }: Wish,
): Promise<{ id: number | null; token: string; ended: number }> {
  const endsAt = new Date(Date.now() + (grace ? graceMs : 0));
  const rows = (await listTokens(db, communityId)).filter((row) => row.type === type);
  const known = new Set(rows.map(({ token_hash }) => token_hash));
  const revoke = (hashes: readonly string[]) =>
    askOverlay(c.env, communityId, async (desk) => {
      for (const hash of hashes) await desk.revoke(hash, endsAt.getTime());
    });
  await revoke([...known]);
  const token = randomToken();
  const tokenHash = wantsNew ? await sha256Hex(token) : undefined;
  const by = await auditActor(c);
  const { id, ended } = await replaceTokens(db, { communityId, type, tokenHash, endsAt, by });
  const late = ended.filter((hash) => !known.has(hash));
  if (late.length > 0) await revoke(late);
  return { id, token, ended: ended.length };
}

/** 256 bit, lower-case hex (90-decisions C-30). */
function randomToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The address as it goes into OBS. */
export function overlayAddress(
  env: Pick<ApiEnv, "PUBLIC_URL">,
  base: string,
  token: string,
  type: OverlayType,
) {
  const path = `${base}/${token}/${type}`;
  return { path, url: `${env.PUBLIC_URL}${path}` };
}
