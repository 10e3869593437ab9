import * as z from "zod";
import { type ActionContext, defineAction } from "#contracts/platform-action";
import type { ModuleResponse } from "#contracts/response";
import {
  button,
  call,
  channelId,
  channelOf,
  emoji,
  menu,
  shown,
  text,
  ts,
  userId,
} from "#platforms/slack/actions/params";
import { actions, type Block, section } from "#platforms/slack/blocks/blocks";
import { button as toButton, menu as toMenu } from "#platforms/slack/blocks/elements";
import { fitMessage } from "#platforms/slack/blocks/fit-message";
import { toBlocks } from "#platforms/slack/blocks/response-blocks";
import { escapeText } from "#platforms/slack/escape";

const posted = z.object({ ts: z.string() });
const postedToOne = z.object({ message_ts: z.string() });

const extras = {
  buttons: z.array(button).max(25).default([]),
  menus: z.array(menu).max(5).default([]),
  show: z.array(shown).max(10).default([]),
};

type Message = { text: string } & { [Name in keyof typeof extras]: z.infer<(typeof extras)[Name]> };

/** The words stand in `text` too: notifications and screen readers read that. */
function contentOf({ text: words, buttons, menus, show }: Message): { text: string; blocks?: Block[] } {
  const said = { text: escapeText(words) };
  if (buttons.length + menus.length + show.length === 0) return said;
  const rows = actions([...buttons.map(toButton), ...menus.map(toMenu)]);
  return { ...said, blocks: fitMessage([section(words), ...show.flatMap(shownBlocks), ...rows]) };
}

function shownBlocks(response: ModuleResponse): Block[] {
  return response.type === "form" ? [] : toBlocks(response);
}

const inChannel = (named: string | undefined, context: ActionContext) => ({
  channel: channelOf(named, context),
});

/** What the bot can do with messages (30-action-modules §1.17). */
export const messageActions = [
  defineAction({
    name: "send_message",
    description: "Says something in a channel, with buttons, menus and what a module shows",
    as: "bot",
    params: z.strictObject({ channelId, text, threadTs: ts.optional(), ...extras }),
    run: (params, context) => {
      const { channel } = inChannel(params.channelId, context);
      const thread = params.threadTs === undefined ? {} : { thread_ts: params.threadTs };
      const args = { channel, ...contentOf(params), link_names: false, unfurl_links: false, ...thread };
      const read = (value: unknown) => ({ ts: posted.safeParse(value).data?.ts ?? null });
      return call(context, { method: "chat.postMessage", channel, args }, read);
    },
  }),
  defineAction({
    name: "send_ephemeral",
    description: "Says something in a channel that one person sees",
    as: "bot",
    params: z.strictObject({ channelId, userId, text, threadTs: ts.optional(), ...extras }),
    run: (params, context) => {
      const { channel } = inChannel(params.channelId, context);
      const thread = params.threadTs === undefined ? {} : { thread_ts: params.threadTs };
      const args = { channel, user: params.userId, ...contentOf(params), link_names: false, ...thread };
      const read = (value: unknown) => ({ ts: postedToOne.safeParse(value).data?.message_ts ?? null });
      return call(context, { method: "chat.postEphemeral", channel, args }, read);
    },
  }),
  defineAction({
    name: "whisper",
    description: "Writes to one person only, in the bot's own conversation with them",
    as: "bot",
    priority: "reply",
    params: z.strictObject({ userId, text }),
    run: (params, context) => {
      // A person's id as the channel is their conversation with the app (chat.postMessage, "Post to a DM").
      const args = {
        channel: params.userId,
        text: escapeText(params.text),
        link_names: false,
        unfurl_links: false,
      };
      const read = (value: unknown) => ({ ts: posted.safeParse(value).data?.ts ?? null });
      return call(context, { method: "chat.postMessage", channel: params.userId, args }, read);
    },
  }),
  defineAction({
    name: "update_message",
    description: "Changes one of the bot's own messages",
    as: "bot",
    params: z.strictObject({ channelId, ts, text, ...extras }),
    run: (params, context) => {
      const { channel } = inChannel(params.channelId, context);
      const args = { channel, ts: params.ts, blocks: [], ...contentOf(params), link_names: false };
      return call(context, { method: "chat.update", channel, args }, () => ({ ts: params.ts }));
    },
  }),
  defineAction({
    name: "delete_message",
    description: "Deletes one of the bot's own messages",
    as: "bot",
    params: z.strictObject({ channelId, ts }),
    run: (params, context) => {
      const { channel } = inChannel(params.channelId, context);
      return call(context, { method: "chat.delete", channel, args: { channel, ts: params.ts } });
    },
  }),
  ...(["add", "remove"] as const).map((verb) =>
    defineAction({
      name: `${verb}_reaction`,
      description: verb === "add" ? "Puts a reaction under a message" : "Takes the bot's reaction away",
      as: "bot",
      params: z.strictObject({ channelId, ts, emoji }),
      run: (params, context) => {
        const { channel } = inChannel(params.channelId, context);
        const args = { channel, timestamp: params.ts, name: params.emoji };
        return call(context, { method: `reactions.${verb}`, channel, args });
      },
    }),
  ),
];
