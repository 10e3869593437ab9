import * as z from "zod";

const bounded = (longest: number) => z.string().min(1).max(longest);
const plain = (longest: number) => z.object({ type: z.literal("plain_text"), text: bounded(longest) });
const words = (longest: number) =>
  z.object({ type: z.enum(["plain_text", "mrkdwn"]), text: bounded(longest) });
const id = z.string().min(1).max(255);
const link = z.url({ protocol: /^https?$/ }).max(3000);
const option = z.object({ text: plain(75), value: z.string().min(1).max(75) });
const choices = (most: number) =>
  z
    .array(option)
    .min(1)
    .max(most)
    .refine((all) => new Set(all.map(({ value }) => value)).size === all.length, "the same value twice");

const button = z.object({
  type: z.literal("button"),
  action_id: id,
  text: plain(75),
  value: z.string().max(2000).optional(),
  url: link.optional(),
  style: z.enum(["primary", "danger"]).optional(),
});
const listed = z.object({
  type: z.enum(["static_select", "multi_static_select"]),
  action_id: id,
  placeholder: plain(150).optional(),
  options: choices(100),
});
const unlisted = z.object({
  type: z.string().regex(/^(?:multi_)?(?:users|channels|conversations)_select$/),
  action_id: id,
  placeholder: plain(150).optional(),
  options: z.undefined().optional(),
});
const ticked = z.object({
  type: z.enum(["checkboxes", "radio_buttons"]),
  action_id: id,
  options: choices(10),
});
const overflow = z.object({ type: z.literal("overflow"), action_id: id, options: choices(5) });
const typed = z.object({
  type: z.enum(["plain_text_input", "email_text_input", "url_text_input", "number_input"]),
  action_id: id,
  max_length: z.int().min(1).max(3000).optional(),
});
const picked = z.object({ type: z.enum(["datepicker", "timepicker"]), action_id: id });
const clickable = z.union([button, listed, unlisted, ticked, overflow, picked]);
const fillable = z.union([typed, listed, unlisted, ticked, picked]);

const blockId = { block_id: id.optional() };
const block = z.discriminatedUnion("type", [
  z
    .object({
      ...blockId,
      type: z.literal("section"),
      text: words(3000).optional(),
      fields: z.array(words(2000)).min(1).max(10).optional(),
    })
    .refine(({ text, fields }) => text !== undefined || fields !== undefined, "neither text nor fields"),
  z.object({ ...blockId, type: z.literal("header"), text: plain(150) }),
  z.object({ ...blockId, type: z.literal("divider") }),
  z.object({ ...blockId, type: z.literal("context"), elements: z.array(words(2000)).min(1).max(10) }),
  z.object({
    ...blockId,
    type: z.literal("image"),
    image_url: link,
    alt_text: bounded(2000),
    title: plain(2000).optional(),
  }),
  z.object({
    ...blockId,
    type: z.literal("actions"),
    elements: z
      .array(clickable)
      .min(1)
      .max(25)
      .refine(
        (all) => new Set(all.map((one) => one.action_id)).size === all.length,
        "the same action_id twice",
      ),
  }),
  z.object({
    ...blockId,
    type: z.literal("input"),
    label: plain(2000),
    hint: plain(2000).optional(),
    element: fillable,
  }),
]);

const modal = z.object({
  type: z.literal("modal"),
  callback_id: z.string().max(255).optional(),
  title: plain(24),
  submit: plain(24).optional(),
  close: plain(24).optional(),
  private_metadata: z.string().max(3000).optional(),
  blocks: z.array(block).min(1).max(100),
});
export type ModalView = z.infer<typeof modal>;

/** Slack counts all texts of a message together; around 13,200 it says `msg_blocks_too_long`. */
const mostText = 13_200;

/** What Slack would say against these blocks of a message; undefined when it takes them. */
export function refuseBlocks(blocks: unknown): string | undefined {
  const seen = z.array(block).max(50).safeParse(blocks);
  if (!seen.success) return "invalid_blocks";
  if (seen.data.some(({ type }) => type === "input")) return "invalid_blocks";
  if (hasTwice(seen.data)) return "invalid_blocks";
  return JSON.stringify(blocks).length > 4 * mostText || lengthOf(seen.data) > mostText
    ? "msg_blocks_too_long"
    : undefined;
}

/** The view if Slack would show it, else what it would say. */
export function readModal(view: unknown): { ok: true; view: ModalView } | { ok: false; error: string } {
  const seen = modal.safeParse(view);
  if (!seen.success || hasTwice(seen.data.blocks)) return { ok: false, error: "invalid_arguments" };
  if (JSON.stringify(view).length > 250_000) return { ok: false, error: "view_too_large" };
  const hasInput = seen.data.blocks.some(({ type }) => type === "input");
  if (hasInput && !seen.data.submit) return { ok: false, error: "invalid_arguments" };
  return { ok: true, view: seen.data };
}

function hasTwice(blocks: readonly { block_id?: string | undefined }[]): boolean {
  const ids = blocks.map(({ block_id }) => block_id).filter((one) => one !== undefined);
  return new Set(ids).size < ids.length;
}

function lengthOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 0;
  return Object.entries(value).reduce((sum, [name, part]) => sum + (name === "type" ? 0 : lengthOf(part)), 0);
}
