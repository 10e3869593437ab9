import * as z from "zod";
import { refuse } from "#contracts/outcome";
import { type ActionContext, defineAction } from "#contracts/platform-action";
import { content, embed, embedOnWire, emoji, reason, snowflake } from "#platforms/discord/actions/params";
import { makeNonce } from "#platforms/discord/nonce";
import { act, path } from "#platforms/discord/rest/act";

const made = z.object({ id: z.string() });
const readId = (body: unknown) => ({ messageId: made.safeParse(body).data?.id ?? null });
const channelId = snowflake.optional();
const messageId = snowflake;
/** The channel of the entity, unless another one of the same server is named. */
const channelOf = (named: string | undefined, { channel = "" }: ActionContext) => named ?? channel;

const say = async (context: ActionContext, named: string | undefined, body: object) =>
  act(
    context,
    {
      method: "POST",
      path: path`/channels/${channelOf(named, context)}/messages`,
      body: { ...body, nonce: await makeNonce(context.id, 0), enforce_nonce: true },
    },
    readId,
  );

/** What the bot can do with messages (30-action-modules §1.17). */
export const messageActions = [
  defineAction({
    name: "send_message",
    description: "Says something in a channel",
    as: "bot",
    params: z.strictObject({ channelId, content }),
    run: (params, context) => say(context, params.channelId, { content: params.content }),
  }),
  defineAction({
    name: "send_embed",
    description: "Shows an embed in a channel",
    as: "bot",
    params: z.strictObject({ channelId, content: content.optional(), embed }),
    run: (params, context) =>
      say(context, params.channelId, {
        ...(params.content === undefined ? {} : { content: params.content }),
        embeds: [embedOnWire(params.embed)],
      }),
  }),
  defineAction({
    name: "whisper",
    description:
      "Writes to one person only, if they take messages of people on a server they share with the bot",
    as: "bot",
    priority: "reply",
    params: z.strictObject({ userId: snowflake, text: content }),
    run: async ({ userId, text }, context) => {
      // Discord gives the same channel each time, so opening it again opens nothing.
      const opened = await act(
        context,
        { method: "POST", path: "/users/@me/channels", body: { recipient_id: userId } },
        (body) => ({ channelId: made.safeParse(body).data?.id ?? null }),
      );
      if (!opened.ok) return opened.code === "unknown" ? { ...opened, code: "unavailable" } : opened;
      const to = opened.value["channelId"];
      if (typeof to !== "string")
        return refuse("unavailable", { message: "Discord opened no conversation." });
      return say(context, to, { content: text });
    },
  }),
  defineAction({
    name: "edit_message",
    description: "Changes one of the bot's own messages",
    as: "bot",
    params: z.strictObject({ channelId, messageId, content }),
    run: (params, context) =>
      act(
        context,
        {
          method: "PATCH",
          path: path`/channels/${channelOf(params.channelId, context)}/messages/${params.messageId}`,
          body: { content: params.content },
        },
        readId,
      ),
  }),
  defineAction({
    name: "delete_message",
    description: "Deletes a message",
    as: "bot",
    params: z.strictObject({ channelId, messageId, reason }),
    run: (params, context) =>
      act(context, {
        method: "DELETE",
        path: path`/channels/${channelOf(params.channelId, context)}/messages/${params.messageId}`,
        ...(params.reason === undefined ? {} : { reason: params.reason }),
      }),
  }),
  defineAction({
    name: "add_reaction",
    description: "Puts a reaction under a message",
    as: "bot",
    params: z.strictObject({ channelId, messageId, emoji }),
    run: (params, context) =>
      act(context, {
        method: "PUT",
        path: path`/channels/${channelOf(params.channelId, context)}/messages/${params.messageId}/reactions/${params.emoji}/@me`,
      }),
  }),
  defineAction({
    name: "create_webhook",
    description: "Makes a webhook in a channel",
    as: "bot",
    params: z.strictObject({ channelId, name: z.string().trim().min(1).max(80), reason }),
    run: (params, context) =>
      act(
        context,
        {
          method: "POST",
          path: path`/channels/${channelOf(params.channelId, context)}/webhooks`,
          body: { name: params.name },
          ...(params.reason === undefined ? {} : { reason: params.reason }),
        },
        // The webhook's token is a capability, so it is not handed on.
        (body) => ({ webhookId: made.safeParse(body).data?.id ?? null }),
      ),
  }),
];
