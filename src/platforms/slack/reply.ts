import type { PlatformEvent } from "#contracts/event";
import type { Answer, InteractiveResult } from "#contracts/platform";
import { cutText } from "#lib/split-text";
import { accepted, answerJson } from "#platforms/slack/answers";
import { noteModal } from "#platforms/slack/blocks/to-modal";
import { escapeText } from "#platforms/slack/escape";

/** Slack cuts a message at 40,000 characters, and an escaped one is at most five times as long. */
const longest = { limit: 8000, unit: "characters" } as const;
const besideField = { limit: 200, unit: "characters" } as const;
const sorry = "That did not work. Try again later.";

/**
 * The answer to a slash command or to a form that was sent in. Nothing to say and not done yet look alike: an empty
 * 200, which also closes the form.
 */
export function reply(result: InteractiveResult, event: PlatformEvent): Answer {
  if (result.kind === "deferred") return accepted;
  if (event.type === "modal_submit") return answerModal(result, event);
  if (result.kind === "refused")
    return say(unknownCommand(result.refusal, event) ?? result.refusal.message ?? sorry, true);
  const { replies } = result;
  if (replies.length === 0) return accepted;
  // One answer is all there is: if part of it is for one person only, all of it is.
  const isEphemeral = replies.some((one) => one.ephemeral === true);
  return say(replies.map((one) => one.text).join("\n"), isEphemeral);
}

/** The planner's word for a command nobody has, in the way people call commands here (SLK-3). */
function unknownCommand(
  { code, message = "" }: Extract<InteractiveResult, { kind: "refused" }>["refusal"],
  event: PlatformEvent,
): string | undefined {
  if (code !== "not_found" || event.type !== "slashCommand") return undefined;
  const [word = ""] = event.text.split(/\s/, 1);
  if (!message.startsWith(`Command '${word.normalize("NFC").toLowerCase()}' not found`)) return undefined;
  return `Unknown command: ${word.slice(1, 65)}. Use \`/waddlebot help\`.`;
}

/** A refusal stands beside the field it names, else the first; words take the form's place. */
function answerModal(
  result: Exclude<InteractiveResult, { kind: "deferred" }>,
  event: Extract<PlatformEvent, { customId: string }>,
): Answer {
  if (result.kind === "replies") {
    const text = result.replies.map((one) => one.text).join("\n");
    return text === "" ? accepted : answerJson({ response_action: "update", view: noteModal("Done", text) });
  }
  const message = result.refusal.message ?? sorry;
  const names = Object.keys(event.values);
  const field = names.find((name) => message.startsWith(`${name}:`)) ?? names[0];
  if (field === undefined)
    return answerJson({ response_action: "update", view: noteModal("Sorry", message) });
  return answerJson({
    response_action: "errors",
    errors: { [field]: escapeText(cutText(message, besideField)) },
  });
}

function say(text: string, isEphemeral: boolean): Answer {
  return answerJson({
    response_type: isEphemeral ? "ephemeral" : "in_channel",
    text: escapeText(cutText(text, longest)),
  });
}
