import type { Command } from "#contracts/command";
import type { Invocation, ModuleResultInput } from "#contracts/module";
import { type Outcome, refuse } from "#contracts/outcome";
import { reachesLevel } from "#contracts/role";
import { cleanText } from "#module-kit/clean-text";
import { chatTextLength, cutText, joinWithin } from "#module-kit/cut-text";
import { say } from "#module-kit/say";

/** `!help` lists what this person may run here; `!help quote` explains one command. */
export async function help({ args, commands = [], user }: Invocation): Promise<Outcome<ModuleResultInput>> {
  const usable = commands.filter((row) => row.isEnabled && reachesLevel(user.role, row.permissionLevel));
  const wanted = args[0];
  if (wanted !== undefined) return explain(wanted, usable, commands);
  if (usable.length === 0) return say("There is nothing here for you to run yet.");
  const words = usable.map(wordOf).sort();
  const before = "You can use: ";
  const after = " — !help <command> tells more.";
  return say(before + joinWithin(words, chatTextLength - before.length - after.length, ", ") + after);
}

function explain(wanted: string, usable: Command[], all: Command[]): Outcome<ModuleResultInput> {
  const command = find(wanted, usable);
  if (command) return say(`${command.prefix}${command.usage} — ${command.description}`);
  const other = find(wanted, all);
  const word = cutText(cleanText(wanted), 64);
  if (!other) return refuse("not_found", { message: `There is no command ${word} here. Try !help.` });
  if (!other.isEnabled) return refuse("disabled", { message: `${wordOf(other)} is switched off here.` });
  return refuse("forbidden", { message: `${wordOf(other)} is for ${other.permissionLevel}s and above.` });
}

/** `quote`, `!quote` and `!QUOTE` mean the same; without a prefix our own module goes before a community's. */
function find(wanted: string, commands: Command[]): Command | undefined {
  const word = wanted.normalize("NFC").toLowerCase();
  return (
    commands.find((row) => wordOf(row) === word) ??
    commands.find((row) => row.prefix === "!" && row.name === word) ??
    commands.find((row) => row.name === word)
  );
}

function wordOf({ prefix, name }: Command): string {
  return prefix + name;
}
