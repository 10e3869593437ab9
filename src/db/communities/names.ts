import { communitySlug } from "#contracts/community";
import { foldLookAlikes } from "#lib/fold-look-alikes";

/** Words of the house's own addresses, and of whoever could be taken for the house. */
const reservedWords = [
  "about",
  "account",
  "admin",
  "administrator",
  "anonymous",
  "api",
  "app",
  "auth",
  "billing",
  "community",
  "communities",
  "dashboard",
  "docs",
  "everyone",
  "global",
  "health",
  "help",
  "here",
  "hub",
  "internal",
  "invitations",
  "legal",
  "login",
  "logout",
  "moderator",
  "new",
  "null",
  "oauth",
  "official",
  "overlay",
  "owner",
  "platform",
  "privacy",
  "public",
  "root",
  "security",
  "settings",
  "signup",
  "staff",
  "static",
  "status",
  "superadmin",
  "support",
  "system",
  "team",
  "terms",
  "undefined",
  "webhooks",
  "www",
];

/** Digits and pairs of letters that pass for a letter; only for comparing with what is reserved. */
const passesFor: readonly (readonly [string, string])[] = [
  ["rn", "m"],
  ["vv", "w"],
  ["cl", "d"],
  ["0", "o"],
  ["1", "l"],
  ["i", "l"],
  ["3", "e"],
  ["4", "a"],
  ["5", "s"],
  ["7", "t"],
];

const reserved = new Set(reservedWords.map(squash));
const house = squash("waddlebot");

/** A name as the eye reads it: letters and digits alone, look-alikes as one. Empty for a name of signs only. */
export function nameKey(name: string): string {
  return foldLookAlikes(name).replaceAll(/[^\p{L}\p{M}\p{N}]/gu, "");
}

/** Whether a name or slug is the house's, or could be taken for it. */
export function isReserved(word: string): boolean {
  const squashed = squash(word);
  return squashed.includes(house) || reserved.has(squashed);
}

/** A slug for a name; undefined when nothing of the name can stand in one. */
export function slugFrom(name: string): string | undefined {
  const words = foldLookAlikes(name).replaceAll(/[^a-z0-9]+/g, "-");
  const parsed = communitySlug.safeParse(trimHyphens(trimHyphens(words).slice(0, 32)));
  return parsed.success ? parsed.data : undefined;
}

/** The same with four random characters, for when the plain one is taken. */
export function nextSlug(slug: string | undefined, random: string): string {
  return `${trimHyphens((slug ?? "community").slice(0, 27))}-${random}`;
}

function squash(word: string): string {
  return passesFor.reduce((text, [from, to]) => text.replaceAll(from, to), nameKey(word));
}

function trimHyphens(text: string): string {
  return text.replaceAll(/^-+|-+$/g, "");
}
