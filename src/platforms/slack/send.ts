import * as z from "zod";
import { parseEntityId } from "#contracts/ids";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import type { SendContext } from "#contracts/platform";
import type { ReplyTarget } from "#contracts/reply-target";
import type { OutboundMessage, SentMessage } from "#contracts/sender";
import { splitText } from "#lib/split-text";
import { callSlack, postToResponseUrl } from "#platforms/slack/api/call-slack";
import { lanesOf, takeResponseUrl } from "#platforms/slack/api/lanes";
import { escapeText } from "#platforms/slack/escape";
import { limits } from "#platforms/slack/limits";
import { withNames } from "#platforms/slack/names";
import { openModal } from "#platforms/slack/open-modal";
import { isPinned } from "#platforms/slack/response-url";

type ChatTarget = Extract<ReplyTarget, { kind: "chat" }>;
type UrlTarget = Extract<ReplyTarget, { kind: "response-url" }>;

const posted = z.object({ ts: z.string() });
const postedToOne = z.object({ message_ts: z.string() });

/**
 * Says it: in the channel, to one person in it, or through the response_url of what is answered; a form is opened over
 * the page of whoever asked for it. Slack has no idempotency key: an answer lost is `unknown`.
 */
export async function send(message: OutboundMessage, context: SendContext): Promise<Outcome<SentMessage>> {
  const { target } = message;
  if (target.kind === "interaction") return refuse("bad_request", { message: "Slack cannot answer that." });
  if (target.kind === "response-url") return answerThrough(target, message, context);
  const token = context.token || context.config.SLACK_BOT_TOKEN;
  if (!token) return refuse("disabled", { message: "Slack is not set up yet." });
  const spoken = { ...context, token };
  const team = target.server ?? parseEntityId(message.entityId)?.server ?? "";
  if (message.form) return showForm(message.form, { target, team }, spoken);
  return sayInChannel(message, { target, team }, spoken);
}

interface Place {
  target: ChatTarget;
  team: string;
}

async function sayInChannel(
  message: OutboundMessage,
  { target, team }: Place,
  context: SendContext,
): Promise<Outcome<SentMessage>> {
  const parts = split(await withNames(message.text, team, context));
  if (parts.length === 0) return refuse("bad_request", { message: "There is nothing to say." });
  const { channel, replyToMessageId, user } = target;
  const isForOne = message.ephemeral && user !== undefined;
  const method = isForOne ? "chat.postEphemeral" : "chat.postMessage";
  const thread = replyToMessageId === undefined ? {} : { thread_ts: replyToMessageId };
  // Room for the whole message or none: half of one is worse than a late one.
  const lanes = lanesOf(method, { team, channel, places: parts.length });
  const { waitMs } = await context.gate.take(lanes, message.priority);
  if (waitMs > 0) return refuse("rate_limited", { message: "Slack asks for a pause.", retryAfterMs: waitMs });
  const call = { method, team, channel, priority: message.priority, hasRoom: true } as const;
  return sayParts(parts, async (part) => {
    const text = escapeText(part);
    const args = isForOne
      ? { channel, user, text, ...thread }
      : { channel, text, link_names: false, ...thread };
    const answer = await callSlack({ ...call, args }, context);
    if (!answer.ok) return answer;
    const id = isForOne
      ? postedToOne.safeParse(answer.value).data?.message_ts
      : posted.safeParse(answer.value).data?.ts;
    return id === undefined
      ? refuse("unknown", { message: "Slack's answer could not be read." })
      : succeed(id);
  });
}

/** The url is its own authority, and it may only be Slack's. */
async function answerThrough(
  { url }: UrlTarget,
  { text, ephemeral }: OutboundMessage,
  context: SendContext,
): Promise<Outcome<SentMessage>> {
  if (!isPinned(url, context.config))
    return refuse("forbidden", { message: "This reply address is not Slack's." });
  const parts = split(text);
  if (parts.length === 0) return refuse("bad_request", { message: "There is nothing to say." });
  if (!(await takeResponseUrl(context.gate, url, parts.length)))
    return refuse("not_found", { message: "Slack takes no more replies to this." });
  const kind = ephemeral ? "ephemeral" : "in_channel";
  return sayParts(parts, async (part) => {
    const body = { response_type: kind, text: escapeText(part), replace_original: false };
    const answer = await postToResponseUrl(url, body, context);
    return answer.ok ? succeed("") : answer;
  });
}

/** Each part in its turn; `say` gives the message's `ts`, empty where Slack tells none. */
async function sayParts(
  parts: readonly string[],
  say: (part: string) => Promise<Outcome<string>>,
): Promise<Outcome<SentMessage>> {
  const platformMessageIds: string[] = [];
  for (const [index, part] of parts.entries()) {
    const said = await say(part);
    if (!said.ok) return index === 0 ? said : refuse("unknown", { message: "Only the beginning was said." });
    if (said.value !== "") platformMessageIds.push(said.value);
  }
  return succeed({ platformMessageIds });
}

async function showForm(
  form: NonNullable<OutboundMessage["form"]>,
  { target, team }: Place,
  context: SendContext,
): Promise<Outcome<SentMessage>> {
  const { triggerId, channel } = target;
  if (triggerId === undefined) return refuse("bad_request", { message: "A form cannot be shown here." });
  const opened = await openModal({ form, triggerId, channel, team }, context);
  return opened.ok ? succeed({ platformMessageIds: [opened.value] }) : opened;
}

function split(text: string): string[] {
  return splitText(text, { limit: limits.messageLength, unit: limits.messageUnit });
}
