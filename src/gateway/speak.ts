import type { GatewayDown } from "#contracts/gateway";
import type { IrcNetwork } from "#gateway/irc/network";
import type { SentOutcome } from "#gateway/link";
import type { Said } from "#gateway/said";
import { foldCase, isIrcChannel } from "#lib/irc-line";

type Message = Extract<GatewayDown, { type: "send" }>["message"];

/**
 * Says messages, each id once. A message whose first line may have left is never started again: it is answered `ok`
 * when we know it was said, else `unknown`.
 */
export function makeSpeaker(
  networks: ReadonlyMap<string, IrcNetwork>,
  said: Said,
): (message: Message) => Promise<SentOutcome> {
  /** The same id coming again while it is being said gets the same answer. */
  const speaking = new Map<string, Promise<SentOutcome>>();

  async function speakOnce({ id, target, text }: Message): Promise<SentOutcome> {
    if (target.kind !== "chat" || target.platform !== "irc" || !isIrcChannel(target.channel)) {
      return refuse("bad_request", "this is no channel the gateway could speak in");
    }
    const state = said.state(id);
    if (state === "said") return { ok: true, platformMessageIds: [] };
    if (state === "started") return refuse("unknown", "it was cut off while it was being said");
    const network = networks.get(target.server ?? "");
    if (!network) return refuse("unavailable", "the gateway is not on this network");
    const result = await network.say(foldCase(target.channel), text, () => said.start(id));
    if (result === "refused") return refuse("unavailable", "the channel cannot be reached now");
    if (result === "unknown") return refuse("unknown", "the connection broke while it was being said");
    said.finish(id);
    return { ok: true, platformMessageIds: [] };
  }

  return (message) => {
    const running = speaking.get(message.id);
    if (running) return running;
    const outcome = speakOnce(message).finally(() => speaking.delete(message.id));
    speaking.set(message.id, outcome);
    return outcome;
  };
}

function refuse(code: "unavailable" | "bad_request" | "unknown", message: string): SentOutcome {
  return { ok: false, code, message };
}
