import type { Answer } from "#contracts/platform";
import { cutText, splitText } from "#lib/split-text";
import { embedLength, limits } from "#platforms/discord/limits";
import { answerTypes, messageFlags } from "#platforms/discord/wire";

/** Nobody is ever pinged by what the bot repeats. Every body that carries text carries this. */
export const noMentions = { allowed_mentions: { parse: [] } } as const;

export const pong = answerJson({ type: answerTypes.pong });
/** What webhook events want, within three seconds too. */
export const noContent: Answer = { status: 204, contentType: "application/json", body: "" };
export const noChoices = answerJson({ type: answerTypes.autocomplete, data: { choices: [] } });
/** Only the deferral's own flags would be allowed here; the real text follows. */
export const deferred = answerJson({ type: answerTypes.deferredMessage });

/** A message as the answer to an interaction. What is too long for its content goes on in embeds. */
export function answerMessage(text: string, isEphemeral: boolean): Answer {
  const flags = isEphemeral ? { flags: messageFlags.ephemeral } : {};
  const size = { limit: limits.messageLength, unit: limits.messageUnit };
  const [content = "", ...rest] = splitText(text, size);
  const overflow = rest.length === 0 ? {} : { embeds: embedsOf(rest.join("\n")) };
  return answerJson({ type: answerTypes.message, data: { content, ...overflow, ...flags, ...noMentions } });
}

export function answerModal(data: object): Answer {
  return answerJson({ type: answerTypes.modal, data });
}

function embedsOf(text: string): { description: string }[] {
  const unit = limits.messageUnit;
  const shown = cutText(text, { limit: embedLength.total, unit });
  return splitText(shown, { limit: embedLength.description, unit }).map((description) => ({ description }));
}

function answerJson(body: object): Answer {
  return { status: 200, contentType: "application/json", body: JSON.stringify(body) };
}
