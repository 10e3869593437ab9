import { type Command, commandName } from "#contracts/command";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import { cleanText } from "#module-kit/clean-text";
import { cutText } from "#module-kit/cut-text";
import { stripQuotes, takeWord } from "#module-kit/parse-args";
import { kindOfBody } from "#modules/alias/expand";
import { manifest } from "#modules/alias/manifest";
import { skeleton } from "#modules/alias/skeleton";

export const bodyLength = 500;

export interface AliasDraft {
  name: string;
  body: string;
  commandType: "command" | "text";
}

/** Letters, marks, digits, symbols and punctuation: nothing invisible, nothing that turns the line around. */
const visible = /^[\p{L}\p{M}\p{N}\p{S}\p{P}]+$/u;

/** `!Hi`, `hi` → `hi`, as the router reads command words; undefined when it cannot be one. */
export function parseAliasName(word: string): string | undefined {
  const name = word.replace(/^!/, "").normalize("NFC").toLowerCase();
  return commandName.safeParse(name).success && visible.test(name) ? name : undefined;
}

/** Reads `<name> <command>`, the command in quotes or not. */
export function parseDraft(typed: string): Outcome<AliasDraft> {
  const { word, rest } = takeWord(typed);
  const body = cleanText(stripQuotes(rest));
  if (!word || !body) {
    return refuse("bad_request", { message: "Use: !alias add <name> <command>, like !alias add !hi !ping" });
  }
  const name = parseAliasName(word);
  if (!name) {
    return refuse("bad_request", {
      message:
        "An alias is one word of at most 64 letters, digits or signs, like !hi. # words belong to other modules.",
    });
  }
  if (body.length > bodyLength) {
    return refuse("too_large", { message: `An alias holds at most ${bodyLength} characters.` });
  }
  return kindOfBody(body) === "text"
    ? succeed({ name, body, commandType: "text" })
    : checkCommand({ name, body, commandType: "command" });
}

/** The command word is fixed when a moderator writes it: a caller chooses arguments, never the command. */
function checkCommand(draft: AliasDraft): Outcome<AliasDraft> {
  const word = takeWord(draft.body).word;
  const target = word.slice(1).normalize("NFC").toLowerCase();
  if (!commandName.safeParse(target).success || /[{}]/.test(target)) {
    const shown = cutText(word, 64);
    return refuse("bad_request", {
      message: `${shown} is no command word. Spell out the command to run, like !quote.`,
    });
  }
  if (word.startsWith("!") && target === draft.name) {
    return refuse("bad_request", { message: `!${draft.name} would only call itself.` });
  }
  return succeed(draft);
}

/** The command an alias of this name would hide or be mistaken for. */
export function findShadowed(name: string, commands: readonly Command[]): Command | undefined {
  const look = skeleton(name);
  return commands.find((row) => row.prefix === "!" && !isAlias(row) && skeleton(row.name) === look);
}

/** The module's own aliases are the store's matter, which knows them even before the registry does. */
function isAlias({ module, handler }: Command): boolean {
  return module === manifest.name && handler === "run";
}
