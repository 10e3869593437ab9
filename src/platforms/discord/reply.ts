import type { Answer, InteractiveResult } from "#contracts/platform";
import { answerMessage, deferred } from "#platforms/discord/answers";

/** The initial answer to an interaction, due within 3 s. Silence is not allowed, so nothing to say is said too. */
export function reply(result: InteractiveResult): Answer {
  if (result.kind === "deferred") return deferred;
  if (result.kind === "refused") {
    return answerMessage(result.refusal.message ?? "That did not work. Try again later.", true);
  }
  const { replies } = result;
  if (replies.length === 0) return answerMessage("Done.", true);
  // One answer is all there is: if part of it is for one person only, all of it is.
  const isEphemeral = replies.some((one) => one.ephemeral === true);
  return answerMessage(replies.map((one) => one.text).join("\n"), isEphemeral);
}
