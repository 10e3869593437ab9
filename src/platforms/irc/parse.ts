import type { ChatUser, PlatformEvent } from "#contracts/event";
import { platformEvent } from "#contracts/event";
import type { GatewayFrame } from "#contracts/gateway";
import { makeEntityId } from "#contracts/ids";
import { foldCase, isIrcChannel } from "#lib/irc-line";
import type { IrcMessage, IrcSource } from "#lib/irc-message";
import { parseIrcLine } from "#lib/irc-message";
import { isTwitchLine, readTwitchLine } from "#platforms/irc/parse-twitch";

/**
 * A line a person said in a channel, or nothing for everything else: private lines, notices (bots talk in those),
 * CTCP, and what a bouncer plays back. Our own lines never come here: only the gateway knows its nick, it drops them.
 */
export function parseFrame(frame: GatewayFrame): PlatformEvent[] {
  const message = parseIrcLine(frame.raw);
  if (message?.command !== "PRIVMSG" || !message.source) return [];
  // Chat comes in a batch only when it is history (IRCv3 batch types `chathistory`, `znc.in/playback`).
  if (message.tags.has("batch")) return [];
  const [target = "", said = ""] = message.params;
  const text = stripFormatting(said);
  if (!isIrcChannel(target) || said.startsWith("\u0001") || !text) return [];
  if (isTwitchLine(frame, message)) return readTwitchLine(frame, message, { source: message.source, text });
  return makeEvent(frame, { message, source: message.source, channel: foldCase(target), text });
}

interface Said {
  message: IrcMessage;
  source: IrcSource;
  channel: string;
  text: string;
}

function makeEvent(frame: GatewayFrame, { message, source, channel, text }: Said): PlatformEvent[] {
  const server = frame.connection;
  const messageId = message.tags.get("msgid") || undefined;
  // Parsed again: a server may send longer names than our language has room for, and then it is nothing we act on.
  const event = platformEvent.safeParse({
    type: "chatMessage",
    id: `irc:${server}:${messageId ?? frame.id}`,
    platform: "irc",
    entityId: makeEntityId({ platform: "irc", server, channel }),
    user: makeUser(message, source),
    receivedAt: frame.receivedAt,
    occurredAt: readTime(message.tags.get("time")) ?? frame.receivedAt,
    correlationId: frame.id.slice(0, 64),
    replyTo: { kind: "chat", platform: "irc", channel, server },
    text,
    messageId,
  }).data;
  return event ? [event] : [];
}

/**
 * The services account where the network vouches for one (IRCv3 account-tag), else `~nick`. The tilde keeps a
 * stranger who takes the nick `bob` apart from the owner of the account `bob`; no nick and no account starts with it.
 */
function makeUser(message: IrcMessage, source: IrcSource): Omit<ChatUser, "badges"> {
  const account = message.tags.get("account");
  const isVouchedFor = account !== undefined && account !== "" && !/^[~*]/.test(account);
  const id = isVouchedFor ? foldCase(account) : `~${foldCase(source.nick)}`;
  return { id, login: source.nick, name: source.nick };
}

function readTime(time: string | undefined): number | undefined {
  const at = Date.parse(time ?? "");
  return at >= 0 ? at : undefined;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: IRC's colour codes are control characters.
const colours = /\u0003(?:\d{1,2}(?:,\d{1,2})?)?|\u0004(?:[0-9a-f]{6}(?:,[0-9a-f]{6})?)?/gi;

/** Bold, colour and the like are not words: `!help` in red is still `!help`. */
function stripFormatting(text: string): string {
  return text.replace(colours, "").replace(/\p{Cc}/gu, "");
}
