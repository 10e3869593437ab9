import { type IrcChannels, listLines } from "#gateway/irc/channels";
import type { Dialect } from "#gateway/irc/dialect";

export interface JoinerOptions {
  channels: Pick<IrcChannels, "missing" | "isAssigned">;
  dialect: Pick<Dialect, "joinsTogether" | "bookJoin">;
  write: (line: string) => void;
}

/** Asks for the channels we should be in and are not, as fast as the network bears it. */
export function makeJoiner({ channels, dialect, write }: JoinerOptions) {
  /** JOINs that wait for their time, by channel. */
  const waiting = new Map<string, NodeJS.Timeout>();
  const cancel = (isWanted: (channel: string) => boolean) => {
    for (const [channel, timer] of waiting) {
      if (isWanted(channel)) continue;
      clearTimeout(timer);
      waiting.delete(channel);
    }
  };
  return {
    joinMissing(): void {
      const missing = channels.missing();
      if (dialect.joinsTogether) {
        for (const line of listLines("JOIN", missing)) write(line);
        return;
      }
      cancel(channels.isAssigned);
      for (const channel of missing) {
        if (waiting.has(channel)) continue;
        const join = () => {
          waiting.delete(channel);
          write(`JOIN ${channel}`);
        };
        waiting.set(channel, setTimeout(join, dialect.bookJoin()));
      }
    },
    stop: () => cancel(() => false),
  };
}
