import { sha256Hex } from "#lib/sha256";

/**
 * Compares two secrets in a time that depends on neither: both are hashed first, so a common
 * prefix shows nothing. An empty or missing expectation equals nothing (fails closed).
 */
export async function equalSecrets(given: string, expected: string | undefined): Promise<boolean> {
  if (!expected) return false;
  const [left, right] = await Promise.all([sha256Hex(given), sha256Hex(expected)]);
  let difference = 0;
  for (let index = 0; index < 64; index++) difference |= left.charCodeAt(index) ^ right.charCodeAt(index);
  return difference === 0;
}
