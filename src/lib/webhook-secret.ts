import { createHmac } from "node:crypto";

/**
 * The key one community's calls to one webhook are signed with: derived, so that none is stored and none opens
 * another's door. 64 hex digits; undefined without a master key.
 */
export function webhookSigningSecret(
  masterKey: string,
  communityId: number,
  url: string,
): string | undefined {
  if (!masterKey) return undefined;
  return createHmac("sha256", masterKey).update(`${communityId}\n${url}`).digest("hex");
}
