import * as z from "zod";
import { id, name, triggerId, ts } from "#platforms/slack/wire";

const customId = z
  .string()
  .min(1)
  .max(255)
  .transform((text) => text.toWellFormed());
const chosen = z.object({ value: z.string() });

/** What a person put into one element, under the name its kind has for it. */
const entry = z.object({
  type: z.string().optional(),
  value: z.string().nullish(),
  selected_option: chosen.nullish(),
  selected_options: z.array(chosen).optional(),
  selected_user: z.string().nullish(),
  selected_users: z.array(z.string()).optional(),
  selected_channel: z.string().nullish(),
  selected_channels: z.array(z.string()).optional(),
  selected_conversation: z.string().nullish(),
  selected_conversations: z.array(z.string()).optional(),
  selected_date: z.string().nullish(),
  selected_time: z.string().nullish(),
  selected_date_time: z.number().nullish(),
});
export type Entry = z.infer<typeof entry>;

const person = z.object({ id, username: name.optional(), name: name.optional() });
const common = { team: z.object({ id }), user: person, trigger_id: triggerId.optional() };

const view = z.object({
  callback_id: customId,
  private_metadata: z.string().max(3000).default(""),
  state: z.object({ values: z.record(z.string(), z.record(customId, entry)) }).optional(),
});

/** A button or menu: under a message, or in an open modal. */
export const blockActions = z.object({
  ...common,
  type: z.literal("block_actions"),
  channel: z.object({ id }).nullish(),
  view: view.partial({ callback_id: true }).nullish(),
  response_url: z.string().optional(),
  actions: z.array(entry.extend({ action_id: customId, type: z.string() })).min(1),
});
export type BlockActions = z.infer<typeof blockActions>;

export const viewSubmission = z.object({ ...common, type: z.literal("view_submission"), view });
export type ViewSubmission = z.infer<typeof viewSubmission>;

/** From the menu of a message. */
export const messageAction = z.object({
  ...common,
  type: z.literal("message_action"),
  callback_id: customId,
  channel: z.object({ id }),
  response_url: z.string().optional(),
  message: z.object({ ts, user: id.optional(), text: z.string().default("") }),
});
export type MessageAction = z.infer<typeof messageAction>;

/** From the menu of the composer or the search; belongs to no channel. */
export const shortcut = z.object({ ...common, type: z.literal("shortcut"), callback_id: customId });
export type Shortcut = z.infer<typeof shortcut>;

export const interactivity = z.discriminatedUnion("type", [
  blockActions,
  viewSubmission,
  messageAction,
  shortcut,
  z.object({ ...common, type: z.literal("view_closed") }),
  z.object({ ...common, type: z.literal("block_suggestion") }),
]);

/** What we put into a modal, and Slack alone can give back: where it was opened. */
export const modalOrigin = z.object({ channel: id });
