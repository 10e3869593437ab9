import * as z from "zod";
import type { GrantRole } from "#contracts/oauth";

/** The object of one community's accounts on one provider; an app token's object bears the provider's name alone. */
export function userVaultName(communityId: number, provider: string): string {
  return `user/${communityId}/${provider}`;
}

const grantShape = z.templateLiteral([z.enum(["bot", "owner"]), "/", z.string().min(1)]);

/** What one grant is called in its vault: one account may consent twice, to speak as the bot and as a channel's owner. */
export function grantName(role: GrantRole, accountId: string): string {
  return `${role}/${accountId}`;
}

/** Undefined for what {@link grantName} never makes. */
export function parseGrantName(name: string): { role: GrantRole; accountId: string } | undefined {
  const seen = grantShape.safeParse(name);
  if (!seen.success) return undefined;
  const at = seen.data.indexOf("/");
  const role = seen.data.startsWith("bot/") ? "bot" : "owner";
  return { role, accountId: seen.data.slice(at + 1) };
}
