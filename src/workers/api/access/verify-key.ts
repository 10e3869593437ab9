import { equalSecrets } from "#lib/equal-secrets";
import { sha256Hex } from "#lib/sha256";
import { parseKey } from "#workers/api/access/key-text";
import type { KeyRole } from "#workers/api/principal";

/** A key as the database knows it. */
export interface KeyRecord {
  id: string;
  name: string;
  secretHash: string;
  roles: readonly KeyRole[];
  scopes: readonly string[];
  communityId: number | null;
  limitPerMinute: number | null;
  limitPerHour: number | null;
  isActive: boolean;
  /** Epoch milliseconds. */
  expiresAt: number | null;
}

export interface VerifyDeps {
  find(id: string): Promise<KeyRecord | undefined>;
  now(): number;
  hash?: typeof sha256Hex;
  equal?: typeof equalSecrets;
}

/** The hash of no secret. */
const nothing = "0".repeat(64);

/**
 * The record of a good key: its secret fits, it is active and not expired; undefined for every other text.
 * An unknown id takes the same steps as a wrong secret, so neither time nor answer tells them apart (threats row 17).
 */
export async function verifyKey(
  text: string,
  { find, now, hash = sha256Hex, equal = equalSecrets }: VerifyDeps,
): Promise<KeyRecord | undefined> {
  const key = parseKey(text);
  if (!key) return undefined;
  const record = await find(key.id);
  const isRight = await equal(await hash(key.secret), record?.secretHash ?? nothing);
  if (!record || !isRight || !record.isActive) return undefined;
  return record.expiresAt !== null && record.expiresAt <= now() ? undefined : record;
}
