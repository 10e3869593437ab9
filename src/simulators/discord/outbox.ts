import { makeEntityId } from "#contracts/ids";
import { remember } from "#simulators/bounded-map";
import { demoIds } from "#simulators/demo";
import {
  ephemeralFlag,
  loadingFlag,
  type MessageBody,
  mentionProblem,
  textOf,
} from "#simulators/discord/wire";
import type { World } from "#simulators/world";

export interface Said {
  channelId: string;
  body: MessageBody;
  inReplyTo?: string | undefined;
}

export interface DiscordOutbox {
  /** Shows it and returns the message's id. */
  say(said: Said): string;
  /** A deferred answer: "the bot is thinking". */
  placeholder(channelId: string, inReplyTo: string, isEphemeral: boolean): string;
  /** Replaces the words; a placeholder becomes a message. False for a message that is not there. */
  edit(id: string, body: MessageBody): boolean;
  remove(id: string): boolean;
  /** The message as the API shows it. */
  show(id: string): object | undefined;
  /** Messages that did not forbid mentions. */
  violations: string[];
}

/** What the bot says in one guild. */
export function makeDiscordOutbox(world: World, applicationId: string, makeId: () => string): DiscordOutbox {
  const { clock, transcript } = world;
  const violations: string[] = [];
  const posted = new Map<string, { lineId: string; channelId: string; content: string; flags: number }>();

  const inspect = (body: MessageBody) => {
    const problem = mentionProblem(body);
    if (problem) violations.push(problem);
    return textOf(body);
  };
  const add = (said: Omit<Said, "body">, text: string, flags: { ephemeral?: true; isPending?: true }) => {
    const id = makeId();
    const line = transcript.add({
      platform: "discord",
      entityId: discordEntity(said.channelId),
      author: { kind: "bot", name: "WaddleBot" },
      text,
      at: clock.now(),
      platformMessageId: id,
      ...flags,
      ...(said.inReplyTo === undefined ? {} : { inReplyTo: said.inReplyTo }),
    });
    remember(posted, id, {
      lineId: line.id,
      channelId: said.channelId,
      content: text,
      flags: (flags.ephemeral ? ephemeralFlag : 0) | (flags.isPending ? loadingFlag : 0),
    });
    return id;
  };

  return {
    violations,
    say: (said) => add(said, inspect(said.body), isEphemeral(said.body) ? { ephemeral: true } : {}),
    placeholder: (channelId, inReplyTo, ephemeral) =>
      add(
        { channelId, inReplyTo },
        "…",
        ephemeral ? { ephemeral: true, isPending: true } : { isPending: true },
      ),
    edit(id, body) {
      const message = posted.get(id);
      if (!message) return false;
      message.content = inspect(body);
      message.flags &= ~loadingFlag;
      transcript.update(message.lineId, { text: message.content, isPending: false });
      return true;
    },
    remove(id) {
      const message = posted.get(id);
      if (!message) return false;
      posted.delete(id);
      transcript.remove(message.lineId);
      return true;
    },
    show(id) {
      const message = posted.get(id);
      if (!message) return undefined;
      const author = { id: applicationId, username: "WaddleBot", bot: true };
      const { channelId, content, flags } = message;
      return { id, type: 0, channel_id: channelId, content, flags, author, attachments: [], embeds: [] };
    },
  };
}

export function discordEntity(channelId: string): string {
  return makeEntityId({ platform: "discord", server: demoIds.discordGuildId, channel: channelId });
}

function isEphemeral({ flags = 0 }: MessageBody): boolean {
  return (flags & ephemeralFlag) !== 0;
}
