import type { PlatformEvent } from "#contracts/event";
import type { Answer, InteractiveResult } from "#contracts/platform";
import { answerMessage, answerModal, deferred } from "#platforms/discord/answers";
import { toModal } from "#platforms/discord/modal";

/** The initial answer to an interaction, due within 3 s. Silence is not allowed, so nothing to say is said too. */
export function reply(result: InteractiveResult, event: PlatformEvent): Answer {
  if (result.kind === "deferred") return deferred;
  if (result.kind === "refused") {
    return answerMessage(result.refusal.message ?? "That did not work. Try again later.", true);
  }
  const { replies, form } = result;
  // A form may not be answered with a form (Receiving and Responding, MODAL).
  const modal = form && event.type !== "modal_submit" ? toModal(form) : undefined;
  if (modal) return answerModal(modal);
  if (replies.length === 0) return answerMessage("Done.", true);
  // One answer is all there is: if part of it is for one person only, all of it is.
  const isEphemeral = replies.some((one) => one.ephemeral === true);
  return answerMessage(replies.map((one) => one.text).join("\n"), isEphemeral);
}
