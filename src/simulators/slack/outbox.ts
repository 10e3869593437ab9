import { makeEntityId } from "#contracts/ids";
import { remember } from "#simulators/bounded-map";
import { findLinkedName, findLiveMention, showSlackText, textsOf } from "#simulators/slack/text";
import type { World } from "#simulators/world";

/** A message of the bot, by whichever way it came. */
export interface Said {
  channel: string;
  /** As the bot sent it. */
  text: string;
  blocks?: unknown;
  /** The bot asked for names to be found in bare words. */
  linksNames?: boolean;
  isEphemeral: boolean;
  inReplyTo?: string | undefined;
}

export interface SlackOutbox {
  /** Shows it and returns its `ts`, Slack's message id. */
  say(said: Said): string;
  /** False for what the bot did not say, or took back. */
  edit(ts: string, said: Pick<Said, "text" | "blocks">): boolean;
  remove(ts: string): boolean;
  /** Looks a text over for what would wake people up. */
  inspect(said: Pick<Said, "text" | "blocks" | "linksNames">): string;
  nextTs(): string;
  /** Messages that would have woken people up. */
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
  const inspect = ({ text, blocks, linksNames = false }: Pick<Said, "text" | "blocks" | "linksNames">) => {
    const all = [text, ...textsOf(blocks)];
    const mention = all.map(findLiveMention).find((found) => found !== undefined);
    if (mention) violations.push(`live mention ${mention}`);
    const linked = linksNames ? all.map(findLinkedName).find((found) => found !== undefined) : undefined;
    if (linked) violations.push(`linked name ${linked}`);
    return showSlackText(text);
  };
  return {
    violations,
    nextTs,
    inspect,
    say({ channel, isEphemeral, inReplyTo, ...said }) {
      const ts = nextTs();
      const { id } = transcript.add({
        platform: "slack",
        entityId: makeEntityId({ platform: "slack", server: teamId, channel }),
        author: { kind: "bot", name: "WaddleBot" },
        text: inspect(said),
        at: clock.now(),
        platformMessageId: ts,
        ...(isEphemeral ? { ephemeral: true } : {}),
        ...(inReplyTo === undefined ? {} : { inReplyTo }),
      });
      remember(lineIds, ts, id);
      return ts;
    },
    edit(ts, said) {
      const lineId = lineIds.get(ts);
      if (lineId) transcript.update(lineId, { text: inspect(said) });
      return lineId !== undefined;
    },
    remove(ts) {
      const lineId = lineIds.get(ts);
      if (lineId) transcript.remove(lineId);
      return lineIds.delete(ts);
    },
  };
}
