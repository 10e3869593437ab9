import * as z from "zod";
import { type Outcome, succeed } from "#contracts/outcome";
import { type ActionContext, type ActionResult, defineAction } from "#contracts/platform-action";
import { type ApiRequest, callYouTube } from "#platforms/youtube/api";
import { channelId, inserted } from "#platforms/youtube/wire";

/** A chat's and a message's id: opaque, without anything a path or query could be broken with. */
const opaque = z.string().regex(/^[\w.%=-]{1,400}$/, "an id of YouTube's");
const chatId = opaque;
/** A day; the API names no upper bound. */
const maxBanSeconds = 86_400;

async function act(
  context: ActionContext,
  request: ApiRequest,
  name: string | undefined = undefined,
): Promise<Outcome<ActionResult>> {
  const answer = await callYouTube(request, context);
  if (!answer.ok) return answer;
  const id = inserted.safeParse(answer.value).data?.id;
  return succeed(name !== undefined && id !== undefined ? { [name]: id } : {});
}

/** What the bot can do in a live chat beyond talking (30-action-modules §1.17). */
const all = [
  defineAction({
    name: "delete_message",
    description: "Deletes a chat message",
    as: "bot",
    params: z.strictObject({ messageId: opaque }),
    run: ({ messageId: id }, context) =>
      act(context, { method: "DELETE", path: "/liveChat/messages", query: { id } }),
  }),
  defineAction({
    name: "ban",
    description: "Shuts somebody out of the chat; the ban's id is what lifts it",
    as: "bot",
    params: z.strictObject({ chatId, userId: channelId }),
    run: (params, context) => act(context, ban(params, { type: "permanent" }), "banId"),
  }),
  defineAction({
    name: "timeout",
    description: "Silences somebody for a while",
    as: "bot",
    params: z.strictObject({ chatId, userId: channelId, seconds: z.int().min(1).max(maxBanSeconds) }),
    run: ({ seconds, ...params }, context) =>
      act(context, ban(params, { type: "temporary", banDurationSeconds: seconds }), "banId"),
  }),
  defineAction({
    name: "unban",
    description: "Lifts a ban by its id",
    as: "bot",
    params: z.strictObject({ banId: opaque }),
    run: ({ banId: id }, context) =>
      act(context, { method: "DELETE", path: "/liveChat/bans", query: { id } }),
  }),
  defineAction({
    name: "add_moderator",
    description: "Makes somebody a moderator of the chat",
    as: "owner",
    params: z.strictObject({ chatId, userId: channelId }),
    run: ({ chatId: liveChatId, userId }, context) =>
      act(
        context,
        {
          method: "POST",
          path: "/liveChat/moderators",
          query: { part: "snippet" },
          body: { snippet: { liveChatId, moderatorDetails: { channelId: userId } } },
        },
        "moderatorId",
      ),
  }),
  defineAction({
    name: "remove_moderator",
    description: "Ends somebody's moderation of the chat",
    as: "owner",
    params: z.strictObject({ moderatorId: opaque }),
    run: ({ moderatorId: id }, context) =>
      act(context, { method: "DELETE", path: "/liveChat/moderators", query: { id } }),
  }),
];

export const actions = new Map(all.map((action) => [action.name, action]));

function ban({ chatId: liveChatId, userId }: { chatId: string; userId: string }, kind: object): ApiRequest {
  return {
    method: "POST",
    path: "/liveChat/bans",
    query: { part: "snippet" },
    body: { snippet: { liveChatId, ...kind, bannedUserDetails: { channelId: userId } } },
  };
}
