import { makeEntityId } from "#contracts/ids";
import { remember } from "#simulators/bounded-map";
import { findLiveMention, showSlackText } from "#simulators/slack/text";
import type { World } from "#simulators/world";

/** A message of the bot, by whichever way it came. */
export interface Said {
  channel: string;
  /** As the bot sent it. */
  text: string;
  isEphemeral: boolean;
  inReplyTo?: string | undefined;
}

export interface SlackOutbox {
  /** Shows it and returns its `ts`, Slack's message id. */
  say(said: Said): string;
  edit(ts: string, text: string): void;
  remove(ts: string): void;
  nextTs(): string;
  /** Messages that would have woken everybody up. */
  violations: string[];
}

/** What the bot says in one workspace. */
export function makeSlackOutbox({ clock, transcript }: World, teamId: string): SlackOutbox {
  const violations: string[] = [];
  const lineIds = new Map<string, string>();
  let lastMicros = 0;
  const nextTs = () => {
    // Slack's ids are times in microseconds, unique within a channel.
    lastMicros = Math.max(lastMicros + 1, clock.now() * 1000);
    return `${Math.floor(lastMicros / 1e6)}.${String(lastMicros % 1e6).padStart(6, "0")}`;
  };
  const inspect = (text: string) => {
    const mention = findLiveMention(text);
    if (mention) violations.push(`live mention ${mention}`);
    return showSlackText(text);
  };
  return {
    violations,
    nextTs,
    say({ channel, text, isEphemeral, inReplyTo }) {
      const ts = nextTs();
      const { id } = transcript.add({
        platform: "slack",
        entityId: makeEntityId({ platform: "slack", server: teamId, channel }),
        author: { kind: "bot", name: "WaddleBot" },
        text: inspect(text),
        at: clock.now(),
        platformMessageId: ts,
        ...(isEphemeral ? { ephemeral: true } : {}),
        ...(inReplyTo === undefined ? {} : { inReplyTo }),
      });
      remember(lineIds, ts, id);
      return ts;
    },
    edit(ts, text) {
      const lineId = lineIds.get(ts);
      if (lineId) transcript.update(lineId, { text: inspect(text) });
    },
    remove(ts) {
      const lineId = lineIds.get(ts);
      if (lineId) transcript.remove(lineId);
    },
  };
}
