import * as z from "zod";
import { componentId } from "#contracts/component-id";
import type { Outcome } from "#contracts/outcome";
import { succeed } from "#contracts/outcome";
import type { ActionContext, ActionResult } from "#contracts/platform-action";
import { moduleResponse } from "#contracts/response";
import { callSlack } from "#platforms/slack/api/call-slack";
import type { SlackMethod } from "#platforms/slack/api/lanes";

const id = (letters: string, what: string) =>
  z.string().regex(new RegExp(`^[${letters}][A-Z0-9]{1,30}$`), what);
export const channelId = id("CGD", "a Slack channel id, like C0123456789").optional();
export const userId = id("UW", "a Slack user id, like U0123456789");
/** A message's id within its channel. */
export const ts = z.string().regex(/^\d{1,12}\.\d{1,9}$/, "a message's ts, like 1779278400.000100");
export const text = z.string().trim().min(1).max(3000);
/** By name, without colons. */
export const emoji = z.string().regex(/^[\w+'-]{1,100}(?:::skin-tone-[2-6])?$/, "an emoji's name, like wave");

export const button = z.strictObject({
  text: z.string().trim().min(1).max(75),
  customId: componentId,
  value: z.string().max(2000).optional(),
  url: z
    .url({ protocol: /^https$/ })
    .max(3000)
    .optional(),
  style: z.enum(["primary", "danger"]).optional(),
});
export const menu = z.strictObject({
  customId: componentId,
  placeholder: z.string().trim().min(1).max(150),
  options: z.array(z.string().trim().min(1).max(75)).max(100).optional(),
  of: z.enum(["users", "channels", "conversations"]).optional(),
  isMultiple: z.boolean().default(false),
});
/** What is shown beside the words; a form needs somebody's click and is `open_modal`. */
export const shown = moduleResponse.refine(
  (response) => response.type !== "form",
  "a form is opened with open_modal",
);

/** The channel of the entity, unless another one of the same workspace is named. */
export function channelOf(named: string | undefined, { channel = "" }: ActionContext): string {
  return named ?? channel;
}

/** Calls one method in the entity's workspace; `read` takes the facts worth telling from the answer. */
export async function call(
  context: ActionContext,
  { method, channel, args }: { method: SlackMethod; channel?: string; args: Record<string, unknown> },
  read: (value: unknown) => ActionResult = () => ({}),
): Promise<Outcome<ActionResult>> {
  const where = { method, channel, args, team: context.server, priority: "moderation" as const };
  const answer = await callSlack(where, context);
  return answer.ok ? succeed(read(answer.value)) : answer;
}
