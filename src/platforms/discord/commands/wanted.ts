import * as z from "zod";
import type { CommandManifest } from "#contracts/command-manifest";
import { cutText } from "#lib/split-text";

const textOption = 3;
const description = { limit: 100, unit: "characters" } as const;
/** Application Commands: lower case, 1 to 32 of letters, digits, `-`, `_` and `'`. */
const name = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
/** 100 in all, and the one that stands for the whole bot is among them. */
const maxCommands = 100;

/** A native command as far as we write it; what Discord adds is let go when read back. */
export const nativeCommand = z.object({
  name: z.string(),
  type: z.literal(1).default(1),
  description: z.string(),
  options: z
    .array(
      z.object({
        type: z.literal(textOption),
        name: z.literal("text"),
        description: z.string(),
        required: z.boolean().default(false),
        autocomplete: z.boolean().default(false),
      }),
    )
    .default([]),
});
export type NativeCommand = z.infer<typeof nativeCommand>;

const umbrella = makeCommand("waddlebot", "Any command of this community", "What you would type after the !");

/** Every command as a native one with one option, `text`; what does not fit is reached through `/waddlebot`. */
export function wantedCommands(commands: readonly CommandManifest[]): NativeCommand[] {
  const own = commands
    .map((command) => makeCommand(command.name.toLowerCase(), command.description, command.usage))
    .filter((command) => name.test(command.name) && command.name !== umbrella.name);
  const unique = new Map([umbrella, ...own].map((command) => [command.name, command]));
  return [...unique.values()].slice(0, maxCommands);
}

function makeCommand(word: string, says: string, usage: string): NativeCommand {
  const typed = usage.replace(/^\S+\s*/, "").trim();
  return {
    name: word,
    type: 1,
    description: cutText(says.trim() || word, description),
    options: [
      {
        type: textOption,
        name: "text",
        description: cutText(typed || "What follows the command", description),
        required: false,
        autocomplete: true,
      },
    ],
  };
}
