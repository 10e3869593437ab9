import type { Answer, InteractiveResult } from "#contracts/platform";
import { cutText } from "#lib/split-text";
import { accepted } from "#platforms/slack/answers";
import { escapeText } from "#platforms/slack/escape";

/** Slack cuts a message at 40,000 characters, and an escaped one is at most five times as long. */
const longest = { limit: 8000, unit: "characters" } as const;

/** The answer to a slash command. Nothing to say and not done yet look alike: an empty 200. */
export function reply(result: InteractiveResult): Answer {
  if (result.kind === "deferred") return accepted;
  if (result.kind === "refused")
    return say(result.refusal.message ?? "That did not work. Try again later.", true);
  const { replies } = result;
  if (replies.length === 0) return accepted;
  // One answer is all there is: if part of it is for one person only, all of it is.
  const isEphemeral = replies.some((one) => one.ephemeral === true);
  return say(replies.map((one) => one.text).join("\n"), isEphemeral);
}

function say(text: string, isEphemeral: boolean): Answer {
  const body = {
    response_type: isEphemeral ? "ephemeral" : "in_channel",
    text: escapeText(cutText(text, longest)),
  };
  return { status: 200, contentType: "application/json", body: JSON.stringify(body) };
}
