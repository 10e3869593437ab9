import * as z from "zod";
import { defineAction } from "#contracts/platform-action";
import { call, channelId, channelOf, userId } from "#platforms/slack/actions/params";
import { escapeText, readText } from "#platforms/slack/escape";

const made = z.object({ channel: z.object({ id: z.string(), name: z.string().optional() }) });
const history = z.object({
  messages: z.array(z.object({ ts: z.string(), user: z.string().default(""), text: z.string().default("") })),
  has_more: z.boolean().default(false),
});
/** More than this an app outside Slack's marketplace does not get in one answer (Slack, Rate limits, May 2025). */
const mostMessages = 15;

/** What the bot can do with channels (30-action-modules §1.17). */
export const channelActions = [
  defineAction({
    name: "create_channel",
    description: "Makes a channel",
    as: "bot",
    params: z.strictObject({
      name: z.string().regex(/^[\p{Ll}\p{Lo}\d_-]{1,80}$/u, "1 to 80 small letters, digits, - and _"),
      isPrivate: z.boolean().default(false),
    }),
    run: ({ name, isPrivate }, context) =>
      call(context, { method: "conversations.create", args: { name, is_private: isPrivate } }, (value) => ({
        channelId: made.safeParse(value).data?.channel.id ?? null,
      })),
  }),
  defineAction({
    name: "invite_to_channel",
    description: "Brings people into a channel",
    as: "bot",
    params: z.strictObject({ channelId, userIds: z.array(userId).min(1).max(100) }),
    run: (params, context) => {
      const channel = channelOf(params.channelId, context);
      const args = { channel, users: params.userIds.join(",") };
      return call(context, { method: "conversations.invite", channel, args });
    },
  }),
  defineAction({
    name: "kick_from_channel",
    description: "Removes somebody from a channel",
    as: "bot",
    params: z.strictObject({ channelId, userId }),
    run: (params, context) => {
      const channel = channelOf(params.channelId, context);
      return call(context, { method: "conversations.kick", channel, args: { channel, user: params.userId } });
    },
  }),
  defineAction({
    name: "set_topic",
    description: "Changes a channel's topic",
    as: "bot",
    params: z.strictObject({ channelId, topic: z.string().trim().max(250) }),
    run: (params, context) => {
      const channel = channelOf(params.channelId, context);
      const args = {
        channel,
        topic: escapeText(params.topic)
          .slice(0, 250)
          .replace(/&[a-z]{0,3}$/, ""),
      };
      return call(context, { method: "conversations.setTopic", channel, args });
    },
  }),
  defineAction({
    name: "read_history",
    description: "Reads the newest messages of a channel, as JSON in `messages`",
    as: "bot",
    params: z.strictObject({
      channelId,
      limit: z.int().min(1).max(mostMessages).default(mostMessages),
      before: z
        .string()
        .regex(/^\d{1,12}\.\d{1,9}$/)
        .optional(),
    }),
    run: (params, context) => {
      const channel = channelOf(params.channelId, context);
      const args = { channel, limit: params.limit, ...(params.before && { latest: params.before }) };
      return call(context, { method: "conversations.history", channel, args }, (value) => {
        const { messages = [], has_more = false } = history.safeParse(value).data ?? {};
        const read = messages.map(({ ts, user, text }) => ({ ts, user, text: readText(text) }));
        return { count: read.length, hasMore: has_more, messages: JSON.stringify(read) };
      });
    },
  }),
];
