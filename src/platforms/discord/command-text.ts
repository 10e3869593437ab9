import { type Command, type Option, optionTypes } from "#platforms/discord/wire";

/** Commands that stand for the whole bot: what follows is the command line itself. */
const umbrellas = new Set(["waddlebot", "wb"]);

/**
 * `/so user:bob` as chat would have said it: `!so bob`. Option names are dropped, their order is Discord's.
 * A command whose only option is called `text` takes it as typed: it is the rest of the line, not one argument.
 */
export function commandText(command: Command): string {
  const name = command.name.toLowerCase();
  const words = command.options.flatMap((option) => wordsOf(option, command));
  const [only] = command.options;
  const isFreeText = command.options.length === 1 && only?.name === "text";
  const text = isFreeText ? String(only.value ?? "").trim() : words.join(" ");
  if (!umbrellas.has(name)) return `!${name} ${text}`.trimEnd();
  if (text === "") return "!help";
  return /^[!#]/.test(text) ? text : `!${text}`;
}

function wordsOf(option: Option, command: Command): string[] {
  if (option.type === optionTypes.subcommand || option.type === optionTypes.group) {
    return [option.name, ...(option.options ?? []).flatMap((nested) => wordsOf(nested, command))];
  }
  return option.value === undefined ? [] : [quote(shownValue(option, command))];
}

/** People are chosen by id, but commands are written with names. */
function shownValue({ type, value }: Option, { resolved }: Command): string {
  const text = String(value);
  const users = resolved?.users ?? {};
  const user = type === optionTypes.user && Object.hasOwn(users, text) ? users[text] : undefined;
  return user?.username ?? text;
}

/** One value stays one argument. */
function quote(value: string): string {
  return value === "" || /\s/.test(value) ? `"${value.replaceAll('"', "'")}"` : value;
}

/**
 * The line so far of a command being typed, and its beginning that the command's name stands for already. Only the
 * option `text` completes a line; another option's choices are Discord's own.
 */
export function typedLine({ name, options }: Command): { typed: string; leaveOut: string } | undefined {
  const [only] = options;
  if (options.length !== 1 || only?.name !== "text" || !only.focused) return undefined;
  const value = String(only.value ?? "").trimStart();
  const word = name.toLowerCase();
  if (!umbrellas.has(word)) return { typed: `!${word} ${value}`, leaveOut: `!${word} ` };
  return { typed: /^[!#]/.test(value) ? value : `!${value}`, leaveOut: "" };
}
