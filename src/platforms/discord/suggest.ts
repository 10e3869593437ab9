import type { Answer, CommandSuggestion } from "#contracts/platform";
import { cutText } from "#lib/split-text";
import { answerTypes } from "#platforms/discord/wire";

const choice = { limit: 100, unit: "characters" } as const;

/** What fits, as choices for the option being typed. A value that would have to be cut would be another command. */
export function suggest(suggestions: readonly CommandSuggestion[], leaveOut: string): Answer {
  const choices = suggestions
    .map(({ line, description }) => ({ line, description, value: line.slice(leaveOut.length) }))
    .filter(({ value }) => value !== "" && value.length <= choice.limit)
    .slice(0, 25)
    .map(({ line, description, value }) => ({
      name: cutText(description ? `${line} – ${description}` : line, choice),
      value,
    }));
  const body = JSON.stringify({ type: answerTypes.autocomplete, data: { choices } });
  return { status: 200, contentType: "application/json", body };
}
