import type { Dialect } from "#gateway/irc/dialect";
import { privmsg } from "#lib/irc-line";

/** `refused`: nothing left, try later. `unknown`: some or all of it may have been seen. */
export type SayResult = "said" | "refused" | "unknown";

export interface Words {
  channel: string;
  text: string;
  /** Called right before the first line leaves, and only then. */
  onStart: () => void;
  isModerator: boolean;
  /** Bytes of our own address, once the server has shown it. */
  sourceBytes: number | undefined;
}

export interface MouthOptions {
  dialect: Pick<Dialect, "bookLines" | "neutralise">;
  /** Of one message; the rest is cut, and the cut shown. */
  maxLines: number;
  maySpeakIn: (channel: string) => boolean;
  write: (line: string, done: (error?: Error | null) => void) => void;
  now: () => number;
}

/** Says one message after the other on one connection, so that two long ones do not mix. */
export function makeMouth({ dialect, maxLines, maySpeakIn, write, now }: MouthOptions) {
  let lane: Promise<unknown> = Promise.resolve();
  /** Told when the connection is gone: what was being said then has an unknown end. */
  const onLost = new Set<() => void>();

  /** Resolves false when the connection went before the kernel had the line. */
  function writeWhole(line: string, channel: string): Promise<boolean> {
    return new Promise((resolve) => {
      const lost = () => resolve(false);
      onLost.add(lost);
      write(line, (error) => {
        onLost.delete(lost);
        resolve(!error && maySpeakIn(channel));
      });
    });
  }

  async function sayLines(lines: string[], waits: number[], { channel, onStart }: Words): Promise<SayResult> {
    const bookedAt = now();
    for (const [index, line] of lines.entries()) {
      const waitMs = (waits[index] ?? 0) - (now() - bookedAt);
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      if (!maySpeakIn(channel)) return index === 0 ? "refused" : "unknown";
      if (index === 0) onStart();
      if (!(await writeWhole(dialect.neutralise(line), channel))) return "unknown";
    }
    return "said";
  }

  return {
    async say(words: Words): Promise<SayResult> {
      const { channel, text, sourceBytes, isModerator } = words;
      const lines = privmsg(channel, text, { ...(sourceBytes && { sourceBytes }), maxLines });
      const waits = maySpeakIn(channel) ? dialect.bookLines(lines.length, isModerator) : undefined;
      if (!waits) return "refused";
      const spoken = lane.then(() => sayLines(lines, waits, words));
      // Whoever asked hears of a failure; the next message must not.
      lane = spoken.catch(() => undefined);
      return spoken;
    },
    lost(): void {
      for (const lost of onLost) lost();
      onLost.clear();
    },
  };
}
