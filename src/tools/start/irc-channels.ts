import { makeEntityId } from "#contracts/ids";
import { foldCase, isIrcChannel } from "#lib/irc-line";
import { PlainError } from "#tools/plain-error";
import type { SetupChannel } from "#tools/setup";

/**
 * The IRC channels of the demo community, from `IRC_CHANNELS="irc.example.net/#ducks, irc.example.net/#geese"`.
 * The host is the one in IRC_NETWORKS.
 */
export function readIrcChannels(text: string | undefined): SetupChannel[] {
  const entries = (text ?? "").split(",").map((entry) => entry.trim());
  return entries.filter((entry) => entry !== "").map(readEntry);
}

function readEntry(entry: string): SetupChannel {
  const slash = entry.indexOf("/");
  const host = entry.slice(0, slash).toLowerCase();
  const channel = foldCase(entry.slice(slash + 1));
  if (slash < 1 || !isIrcChannel(channel)) {
    throw new PlainError(
      `IRC_CHANNELS has "${entry}": write host/#channel, several with commas between them.`,
    );
  }
  return {
    entityId: makeEntityId({ platform: "irc", server: host, channel }),
    channelName: channel,
    viewers: [],
  };
}
