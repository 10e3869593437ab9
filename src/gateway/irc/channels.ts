import { byteLength, foldCase } from "#lib/irc-line";
import type { IrcMessage } from "#lib/irc-message";

/** Which channels we should be in and which we are in, by what the server told us. */
export interface IrcChannels {
  assign(channels: readonly string[]): { join: string[]; part: string[] };
  missing(): string[];
  has(channel: string): boolean;
  isAssigned(channel: string): boolean;
  /** Takes in a line about ourselves. */
  observe(message: IrcMessage, ownNick: string): void;
  clear(): void;
  counts(): { assigned: number; joined: number };
}

export function makeIrcChannels(): IrcChannels {
  let assigned = new Set<string>();
  const joined = new Set<string>();
  const missing = () => [...assigned].filter((channel) => !joined.has(channel));
  return {
    assign(channels) {
      assigned = new Set(channels.map(foldCase));
      return { join: missing(), part: [...joined].filter((channel) => !assigned.has(channel)) };
    },
    missing,
    has: (channel) => joined.has(foldCase(channel)),
    isAssigned: (channel) => assigned.has(foldCase(channel)),
    observe({ command, params: [channel = "", kicked = ""], source }, ownNick) {
      const isOurs = (nick: string) => foldCase(nick) === foldCase(ownNick);
      const nick = source?.nick ?? "";
      if (command === "JOIN" && isOurs(nick)) joined.add(foldCase(channel));
      if (command === "PART" && isOurs(nick)) joined.delete(foldCase(channel));
      if (command === "KICK" && isOurs(kicked)) joined.delete(foldCase(channel));
    },
    clear: () => joined.clear(),
    counts: () => ({ assigned: assigned.size, joined: joined.size }),
  };
}

/** `JOIN #a,#b`: as many channels a line as fit, because every line counts against the flood limit. */
export function listLines(command: "JOIN" | "PART", channels: readonly string[]): string[] {
  const lines: string[] = [];
  let list = "";
  for (const channel of channels) {
    const longer = list ? `${list},${channel}` : channel;
    if (byteLength(longer) > 400) lines.push(`${command} ${list}`);
    list = byteLength(longer) > 400 ? channel : longer;
  }
  return list ? [...lines, `${command} ${list}`] : lines;
}
