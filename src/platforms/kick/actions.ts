import * as z from "zod";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import { type ActionContext, type ActionResult, defineAction } from "#contracts/platform-action";
import { type ApiCall, apiLane, callKick, enter, refuseStatus } from "#platforms/kick/api";
import { readers } from "#platforms/kick/events";

/** Kick counts its accounts. */
const userId = z.string().regex(/^[1-9]\d{0,14}$/, "a Kick account's number");
const messageId = z.string().regex(/^[\w-]{1,128}$/, "the id of a Kick message");
const reason = z.string().trim().min(1).max(100).optional();
const longestTimeoutSeconds = 10_080 * 60;
const noChannel = refuse("bad_request", { message: "This is no Kick channel." });
const subscribed = z.object({ data: z.array(z.object({ name: z.string(), error: z.string().nullish() })) });
const notModerator = "The bot is not a moderator of this channel.";

const bans = "/public/v1/moderation/bans";
const accounts = (context: ActionContext, user: string) => ({
  broadcaster_user_id: Number(context.server),
  user_id: Number(user),
});
const because = (why: string | undefined) => (why === undefined ? {} : { reason: why });

/** What Kick's API lets a bot and a channel's owner do (Kick API: Moderation, Chat, Channels). */
const all = [
  defineAction({
    name: "ban",
    description: "Shuts somebody out of the chat for good",
    as: "bot",
    params: z.strictObject({ userId, reason }),
    run: ({ userId: user, reason: why }, context) =>
      act(context, { method: "POST", path: bans, body: { ...accounts(context, user), ...because(why) } }),
  }),
  defineAction({
    name: "timeout",
    description: "Silences somebody for a while, in whole minutes, at most 7 days",
    as: "bot",
    params: z.strictObject({ userId, seconds: z.int().min(1).max(longestTimeoutSeconds), reason }),
    run: ({ userId: user, seconds, reason: why }, context) => {
      // Kick counts minutes; a timeout is never shorter than was asked for.
      const body = { ...accounts(context, user), duration: Math.ceil(seconds / 60), ...because(why) };
      return act(context, { method: "POST", path: bans, body });
    },
  }),
  defineAction({
    name: "unban",
    description: "Ends a ban or a timeout",
    as: "bot",
    params: z.strictObject({ userId }),
    run: ({ userId: user }, context) =>
      act(context, { method: "DELETE", path: bans, body: accounts(context, user) }),
  }),
  defineAction({
    name: "delete_message",
    description: "Deletes one message from the chat",
    as: "bot",
    params: z.strictObject({ messageId }),
    run: ({ messageId: id }, context) => act(context, { method: "DELETE", path: `/public/v1/chat/${id}` }),
  }),
  defineAction({
    name: "update_channel",
    description: "Changes the stream's title or category",
    as: "owner",
    params: z
      .strictObject({
        title: z.string().trim().min(1).max(140).optional(),
        categoryId: z.int().positive().optional(),
      })
      .refine(({ title, categoryId }) => title !== undefined || categoryId !== undefined, "changes nothing"),
    run: ({ title, categoryId }, context) =>
      act(context, {
        method: "PATCH",
        path: "/public/v1/channels",
        body: {
          ...(title === undefined ? {} : { stream_title: title }),
          ...(categoryId === undefined ? {} : { category_id: categoryId }),
        },
      }),
  }),
];

/** Kick tells only what was asked for; asking for what there is already changes nothing. */
const subscribe = defineAction({
  name: "subscribe_events",
  description: "Asks Kick to send this channel's events to the address set in its developer settings",
  as: "app",
  params: z.strictObject({}),
  async run(_, context) {
    if (!userId.safeParse(context.server).success) return noChannel;
    const held = await enter(apiLane, "moderation", context);
    if (held) return held;
    const events = [...readers.keys()].map((type) => {
      const [name, version] = type.split("@");
      return { name, version: Number(version) };
    });
    const body = { broadcaster_user_id: Number(context.server), events, method: "webhook" };
    const path = "/public/v1/events/subscriptions";
    const answer = await callKick({ method: "POST", path, body, lane: apiLane }, context);
    if ("ok" in answer) return answer;
    if (answer.status !== 200) return refuseStatus(answer, "The application may not hear this channel.");
    const seen = subscribed.safeParse(answer.body);
    if (!seen.success) return refuse("unknown", { message: "Kick's answer could not be read." });
    const failed = seen.data.data.filter(({ error }) => error).map(({ name }) => name);
    return succeed({ subscribed: seen.data.data.length - failed.length, failed: failed.join(", ") });
  },
});

export const actions = new Map([...all, subscribe].map((action) => [action.name, action]));

async function act(
  context: ActionContext,
  call: Pick<ApiCall, "method" | "path" | "body">,
): Promise<Outcome<ActionResult>> {
  if (!userId.safeParse(context.server).success) return noChannel;
  const held = await enter(apiLane, "moderation", context);
  if (held) return held;
  const answer = await callKick({ ...call, lane: apiLane }, context);
  if ("ok" in answer) return answer;
  const isDone = answer.status === 200 || answer.status === 204;
  return isDone ? succeed({}) : refuseStatus(answer, notModerator);
}
