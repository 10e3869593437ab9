import type { z } from "zod";
import type { commandPrefix } from "#contracts/command";

export interface ParsedCommand {
  prefix: z.infer<typeof commandPrefix>;
  /** Lower case, NFC. */
  name: string;
  /** Split on white space. */
  args: string[];
  /** Everything after the command word, trimmed, otherwise as typed. */
  argsText: string;
}

/**
 * Reads `!name rest` or `#name rest` (10-router §1.1 step 2). Undefined for everything else:
 * shorter than two characters, white space after the prefix, a doubled prefix.
 */
export function parseCommand(text: string): ParsedCommand | undefined {
  const line = text.trim();
  const prefix = line[0];
  if ((prefix !== "!" && prefix !== "#") || line.length < 2) return undefined;
  const match = /^[!#]([^\s!#/]\S{0,63})(?:\s+([\s\S]*))?$/u.exec(line);
  const word = match?.[1];
  if (!word) return undefined;
  const argsText = match[2] ?? "";
  return {
    prefix,
    name: word.normalize("NFC").toLowerCase(),
    args: argsText.split(/\s+/u).filter((arg) => arg !== ""),
    argsText,
  };
}
