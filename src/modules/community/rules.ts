import { parseEntityId } from "#contracts/ids";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import { isReserved, nameKey } from "#db/communities/names";
import { cleanText } from "#module-kit/clean-text";
import { stripQuotes } from "#module-kit/parse-args";

/** How long a context lasts (40-core §1.32). */
export const contextLifeMs = 3_600_000;
/** What REST allows too. */
const nameLength = 64;

export const noContext = "No community specified and no context set. Use: !community context <name>";

/** The name of a new community, as REST takes it. */
export function parseName(typed: string): Outcome<string> {
  const name = cleanText(stripQuotes(typed)).normalize("NFC");
  if (name === "") return refuse("bad_request", { message: "Use: !community create <name>" });
  if (name.length > nameLength)
    return refuse("too_large", { message: `A community's name has at most ${nameLength} characters.` });
  if (nameKey(name) === "") return refuse("bad_request", { message: "A name needs a letter or a digit." });
  if (isReserved(name))
    return refuse("bad_request", { message: "That name is the house's. Please choose another one." });
  return succeed(name);
}

/** How a community of one's own is looked for: by its slug, or by its name as the eye reads it. */
export function parseWanted(typed: string): { word: string; nameKey: string } {
  const text = cleanText(stripQuotes(typed)).slice(0, 200);
  return { word: text.toLowerCase(), nameKey: nameKey(text) };
}

/** `12345`, `<@12345>` as a mention, or `discord:12345`; a user key, undefined when it is none. */
export function parseUser(typed: string, platform: string): string | undefined {
  const word = cleanText(typed)
    .replace(/^<@[!]?([\w-]{1,64})>$/, "$1")
    .replace(/^@/, "");
  const key = word.includes(":") ? word : `${platform}:${word}`;
  return /^[a-z][a-z0-9-]{0,31}:[^\s\p{Cc}:]{1,260}$/u.test(key) ? key : undefined;
}

/** A channel's id, `here` for this one. */
export function parseChannel(typed: string, here: string) {
  const word = cleanText(typed);
  const entityId = word.toLowerCase() === "here" ? here : word;
  const parts = entityId.length <= 500 ? parseEntityId(entityId) : undefined;
  return parts && /^[a-z][a-z0-9-]{0,31}$/.test(parts.platform) ? { entityId, parts } : undefined;
}
