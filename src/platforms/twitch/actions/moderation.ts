import * as z from "zod";
import { type ActionContext, defineAction } from "#contracts/platform-action";
import { act, botId, idOf } from "#platforms/twitch/actions/act";
import { line, namesOne, oneOfBoth, person, thingId } from "#platforms/twitch/actions/params";

/** Two weeks (Helix, Ban User). */
const maxTimeoutSeconds = 1_209_600;
const reason = line(500).optional();

/** Every call here is made by the bot as moderator of the channel. */
const asModerator = (context: ActionContext) => ({
  broadcaster_id: context.server,
  moderator_id: botId(context),
});

async function silence(
  who: { userId?: string | undefined; login?: string | undefined },
  facts: { duration?: number; reason?: string | undefined },
  context: ActionContext,
) {
  const user = await idOf(who, context);
  if (!user.ok) return user;
  const body = { data: { user_id: user.value, ...facts } };
  const query = asModerator(context);
  return act(context, { method: "POST", path: "/moderation/bans", query, body }, () => ({
    userId: user.value,
  }));
}

/** What the bot does in chat as a moderator (30-action-modules §1.17). */
export const moderationActions = [
  defineAction({
    name: "ban",
    description: "Shuts somebody out of the chat for good",
    as: "bot",
    params: z.strictObject({ ...person, reason }).refine(namesOne, oneOfBoth),
    run: ({ reason: why, ...who }, context) => silence(who, { reason: why }, context),
  }),
  defineAction({
    name: "timeout",
    description: "Silences somebody for a while, at most two weeks",
    as: "bot",
    params: z
      .strictObject({ ...person, seconds: z.int().min(1).max(maxTimeoutSeconds), reason })
      .refine(namesOne, oneOfBoth),
    run: ({ seconds, reason: why, ...who }, context) =>
      silence(who, { duration: seconds, reason: why }, context),
  }),
  defineAction({
    name: "unban",
    description: "Lets somebody speak again, banned or timed out",
    as: "bot",
    params: z.strictObject(person).refine(namesOne, oneOfBoth),
    async run(who, context) {
      const user = await idOf(who, context);
      if (!user.ok) return user;
      const query = { ...asModerator(context), user_id: user.value };
      return act(context, { method: "DELETE", path: "/moderation/bans", query }, () => ({
        userId: user.value,
      }));
    },
  }),
  defineAction({
    name: "delete_message",
    description: "Deletes a message that is younger than six hours and no moderator's",
    as: "bot",
    params: z.strictObject({ messageId: thingId }),
    run: ({ messageId }, context) =>
      act(context, {
        method: "DELETE",
        path: "/moderation/chat",
        query: { ...asModerator(context), message_id: messageId },
      }),
  }),
  defineAction({
    name: "announcement",
    description: "Says something in a coloured box",
    as: "bot",
    priority: "reply",
    params: z.strictObject({
      text: line(500),
      color: z.enum(["primary", "blue", "green", "orange", "purple"]).default("primary"),
    }),
    run: ({ text, color }, context) =>
      act(context, {
        method: "POST",
        path: "/chat/announcements",
        query: asModerator(context),
        body: { message: text, color },
        lanes: [{ lane: `announcement/${context.server}`, limit: 1, windowMs: 2000 }],
        priority: "reply",
      }),
  }),
  defineAction({
    name: "shoutout",
    description: "Shows another channel to the viewers; once in two minutes, the same one once an hour",
    as: "bot",
    priority: "reply",
    params: z.strictObject(person).refine(namesOne, oneOfBoth),
    async run(who, context) {
      const user = await idOf(who, context);
      if (!user.ok) return user;
      const { broadcaster_id, moderator_id } = asModerator(context);
      return act(context, {
        method: "POST",
        path: "/chat/shoutouts",
        query: { from_broadcaster_id: broadcaster_id, to_broadcaster_id: user.value, moderator_id },
        lanes: [{ lane: `shoutout/${context.server}`, limit: 1, windowMs: 120_000 }],
        priority: "reply",
      });
    },
  }),
  defineAction({
    name: "whisper",
    description: "Writes to one person only; the bot's account needs a verified phone number",
    as: "bot",
    priority: "reply",
    params: z.strictObject({ ...person, text: line(500) }).refine(namesOne, oneOfBoth),
    async run({ text, ...who }, context) {
      const user = await idOf(who, context);
      if (!user.ok) return user;
      return act(context, {
        method: "POST",
        path: "/whispers",
        query: { from_user_id: botId(context), to_user_id: user.value },
        body: { message: text },
        lanes: [
          { lane: "whisper/minute", limit: 100, windowMs: 60_000 },
          { lane: "whisper", limit: 3, windowMs: 1000 },
        ],
        priority: "reply",
      });
    },
  }),
];
