import * as z from "zod";
import type { Clock } from "#simulators/clock";
import type { Random } from "#simulators/random";
import { refuseBlocks } from "#simulators/slack/block-limits";
import type { SlackOutbox } from "#simulators/slack/outbox";
import { makeUserGroupMethods } from "#simulators/slack/user-groups";
import type { SlackViews } from "#simulators/slack/views";
import { viewers } from "#simulators/viewers";

export interface MethodParts {
  clock: Clock;
  random: Random;
  outbox: SlackOutbox;
  views: SlackViews;
  botUserId: string;
  isChannel(id: string): boolean;
  /** Shows the message and returns its `ts`. */
  post(message: PostMessage): string;
  /** What was said in a channel, newest first. */
  history(channel: string): readonly { ts: string; user: string; text: string }[];
  filesUrl(): string;
}

export interface PostMessage {
  channel: string;
  text: string;
  blocks?: unknown;
  linksNames?: boolean;
  /** Seen by this person only. */
  user?: string | undefined;
  thread_ts?: string | undefined;
}

/** The answer, or Slack's error. */
export type Method = (args: Record<string, unknown>) => object | string;

/** Longest text a message takes, in characters. */
const maxTextLength = 40_000;

const message = z.object({
  channel: z.string().default(""),
  text: z.string().default(""),
  blocks: z.array(z.unknown()).default([]),
  thread_ts: z.string().optional(),
  link_names: z.boolean().default(false),
  user: z.string().optional(),
  ts: z.string().default(""),
});
const reaction = z.object({
  channel: z.string().default(""),
  timestamp: z.string().default(""),
  name: z.string().default(""),
});
const conversation = z.object({
  channel: z.string().default(""),
  user: z.string().default(""),
  users: z.string().default(""),
  topic: z.string().default(""),
  name: z.string().default(""),
  limit: z.coerce.number().default(100),
});
const file = z.object({ filename: z.string().min(1), length: z.coerce.number().positive() });
const shared = z.object({ files: z.array(z.object({ id: z.string() })).min(1), channel_id: z.string() });

/** The Web API's methods by name, as far as a bot of ours has use for them. */
export function makeApiMethods(parts: MethodParts): Record<string, Method> {
  const { outbox, views, isChannel, random } = parts;
  const reactions = new Set<string>();
  const made = new Set<string>();
  const uploads = new Set<string>();
  const person = (id: string) => viewers.find(({ slackId }) => slackId === id);

  const say = (args: Record<string, unknown>, isEphemeral: boolean) => {
    const seen = message.safeParse(args);
    if (!seen.success) return "invalid_arguments";
    const { channel, text, blocks, thread_ts, link_names: linksNames, user } = seen.data;
    if (!isChannel(channel) && !person(channel)) return "channel_not_found";
    if (isEphemeral && (user === undefined || !person(user))) return "user_not_in_channel";
    const problem = refuseContent(text, blocks);
    if (problem) return problem;
    const shown = { channel, text, blocks, linksNames, thread_ts };
    return { channel, text, ts: parts.post({ ...shown, ...(isEphemeral && { user }) }) };
  };

  return {
    ...makeUserGroupMethods((id) => person(id) !== undefined),
    "auth.test": () => ({ user_id: parts.botUserId, user: "waddlebot", team: "Waddle demo" }),
    "chat.postMessage"(args) {
      const said = say(args, false);
      if (typeof said === "string") return said;
      const { ts, text } = said;
      const shown = { type: "message", user: parts.botUserId, bot_id: "B0WADDLE01", text, ts };
      return { channel: said.channel, ts, message: shown };
    },
    "chat.postEphemeral"(args) {
      const said = say(args, true);
      return typeof said === "string" ? said : { message_ts: said.ts };
    },
    "chat.update"(args) {
      const { ts, text, blocks } = message.parse(args);
      const problem = refuseContent(text, blocks);
      if (problem) return problem;
      return outbox.edit(ts, { text, blocks }) ? { ts, text } : "message_not_found";
    },
    "chat.delete": (args) => (outbox.remove(message.parse(args).ts) ? {} : "message_not_found"),
    "reactions.add"(args) {
      const { channel, timestamp, name } = reaction.parse(args);
      if (!/^[\w+'-]+(?:::[\w-]+)?$/.test(name)) return "invalid_name";
      const key = `${channel}/${timestamp}/${name}`;
      if (reactions.has(key)) return "already_reacted";
      reactions.add(key);
      return {};
    },
    "reactions.remove"(args) {
      const { channel, timestamp, name } = reaction.parse(args);
      return reactions.delete(`${channel}/${timestamp}/${name}`) ? {} : "no_reaction";
    },
    "conversations.create"(args) {
      const { name } = conversation.parse(args);
      if (!/^[\p{Ll}\p{Lo}\d_-]{1,80}$/u.test(name)) return "invalid_name_specials";
      if (made.has(name)) return "name_taken";
      made.add(name);
      return { channel: { id: `C${random.letters(10)}`, name } };
    },
    "conversations.invite"(args) {
      const { channel, users } = conversation.parse(args);
      if (!isChannel(channel)) return "channel_not_found";
      return users.split(",").every(person) ? { channel: { id: channel } } : "user_not_found";
    },
    "conversations.kick"(args) {
      const { channel, user } = conversation.parse(args);
      if (!isChannel(channel)) return "channel_not_found";
      if (user === parts.botUserId) return "cant_kick_self";
      return person(user) ? {} : "user_not_found";
    },
    "conversations.setTopic"(args) {
      const { channel, topic } = conversation.parse(args);
      if (!isChannel(channel)) return "channel_not_found";
      if (topic.length > 250) return "too_long";
      outbox.inspect({ text: topic });
      return { channel: { id: channel, topic: { value: topic } } };
    },
    "conversations.history"(args) {
      const { channel, limit } = conversation.parse(args);
      if (!isChannel(channel)) return "channel_not_found";
      const all = parts.history(channel);
      return { messages: all.slice(0, limit), has_more: all.length > limit };
    },
    "files.getUploadURLExternal"(args) {
      if (!file.safeParse(args).success) return "invalid_arguments";
      const id = `F${random.letters(10)}`;
      uploads.add(id);
      return { upload_url: `${parts.filesUrl()}/upload/${id}`, file_id: id };
    },
    "files.completeUploadExternal"(args) {
      const seen = shared.safeParse(args);
      if (!seen.success) return "invalid_arguments";
      if (!isChannel(seen.data.channel_id)) return "channel_not_found";
      return seen.data.files.every(({ id }) => uploads.has(id))
        ? { files: seen.data.files }
        : "file_not_found";
    },
    "users.info"(args) {
      const viewer = person(String(args["user"]));
      if (!viewer) return "user_not_found";
      const profile = { display_name: viewer.name, real_name: `${viewer.name} Demo` };
      const user = { id: viewer.slackId, name: viewer.login, real_name: profile.real_name, profile };
      return { user: { ...user, is_bot: false } };
    },
    "views.open"(args) {
      const opened = views.open(String(args["trigger_id"]), args["view"]);
      if (!opened.ok) return opened.error;
      outbox.inspect({ text: "", blocks: opened.view });
      return { view: { ...opened.view, id: opened.id } };
    },
  };
}

function refuseContent(text: string, blocks: readonly unknown[]): string | undefined {
  if (!text && blocks.length === 0) return "no_text";
  if ([...text].length > maxTextLength) return "msg_too_long";
  return blocks.length === 0 ? undefined : refuseBlocks(blocks);
}
