import type { GatewayDown } from "#contracts/gateway";
import type { Leases } from "#gateway/leases";
import type { Said } from "#gateway/said";
import type { SentOutcome, Source } from "#gateway/source";

/** A send as it comes down: the message and the claim it may be said under. */
export type Send = Omit<Extract<GatewayDown, { type: "send" }>, "type">;

export interface SpeakerDeps {
  /** By platform. */
  sources: ReadonlyMap<string, Source>;
  leases: Leases;
  said: Said;
}

/**
 * Says messages, each id once, and only under a claim that holds. A message whose first line may have left is never
 * started again: it is answered `ok` when we know it was said, else `unknown`.
 */
export function makeSpeaker({ sources, leases, said }: SpeakerDeps): (send: Send) => Promise<SentOutcome> {
  /** The same id coming again while it is being said gets the same answer. */
  const speaking = new Map<string, Promise<SentOutcome>>();

  async function speakOnce({ message, claim }: Send): Promise<SentOutcome> {
    const { id, target } = message;
    const source = target.kind === "chat" ? sources.get(target.platform) : undefined;
    if (!source?.say) return refuse("bad_request", "the gateway does not speak there");
    const state = said.state(id);
    if (state === "said") return { ok: true, platformMessageIds: [] };
    if (state === "started") return refuse("unknown", "it was cut off while it was being said");
    if (!leases.mayActUnder(claim)) return refuse("unavailable", "another gateway speaks there now");
    const outcome = await source.say(message, () => said.start(id));
    if (outcome.ok) said.finish(id);
    return outcome;
  }

  return (send) => {
    const { id } = send.message;
    const running = speaking.get(id);
    if (running) return running;
    const outcome = speakOnce(send).finally(() => speaking.delete(id));
    speaking.set(id, outcome);
    return outcome;
  };
}

function refuse(code: "unavailable" | "bad_request" | "unknown", message: string): SentOutcome {
  return { ok: false, code, message };
}
