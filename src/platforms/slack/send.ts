import { type Outcome, refuse, succeed } from "#contracts/outcome";
import type { SendContext } from "#contracts/platform";
import type { OutboundMessage, SentMessage } from "#contracts/sender";
import { splitText } from "#lib/split-text";
import { postToSlack, refuseError, refuseStatus } from "#platforms/slack/api";
import { escapeText } from "#platforms/slack/escape";
import { limits } from "#platforms/slack/limits";
import { isPinned } from "#platforms/slack/response-url";
import { apiAnswer, parseJson } from "#platforms/slack/wire";

/**
 * `chat.postMessage`, or the response_url of the command that is answered.
 * Neither has an idempotency key: an answer lost is `unknown`.
 */
export async function send(message: OutboundMessage, context: SendContext): Promise<Outcome<SentMessage>> {
  const parts = splitText(message.text, { limit: limits.messageLength, unit: limits.messageUnit });
  if (parts.length === 0) return refuse("bad_request", { message: "There is nothing to say." });
  const platformMessageIds: string[] = [];
  for (const [index, part] of parts.entries()) {
    const sent = await sendPart(escapeText(part), message, context);
    if (!sent.ok) return index === 0 ? sent : refuse("unknown", { message: "Only the beginning was said." });
    if (sent.value !== "") platformMessageIds.push(sent.value);
  }
  return succeed({ platformMessageIds });
}

/** The message's `ts`; empty where Slack tells none. */
async function sendPart(
  text: string,
  message: OutboundMessage,
  context: SendContext,
): Promise<Outcome<string>> {
  const { target, ephemeral } = message;
  if (target.kind === "response-url")
    return await postToResponseUrl(target.url, { text, ephemeral }, context);
  if (target.kind !== "chat") return refuse("bad_request", { message: "Slack cannot answer that." });
  const { channel, replyToMessageId } = target;
  const base = context.config.SLACK_API_BASE || "https://slack.com/api";
  const token = context.token || context.config.SLACK_BOT_TOKEN;
  if (!token) return refuse("disabled", { message: "Slack is not set up yet." });
  const thread = replyToMessageId === undefined ? {} : { thread_ts: replyToMessageId };
  const body = { channel, text, link_names: false, ...thread };
  const answer = await postToSlack(`${base}/chat.postMessage`, { body, token }, context);
  if ("ok" in answer) return answer;
  if (answer.status !== 200) return refuseStatus(answer);
  const seen = apiAnswer.safeParse(parseJson(answer.text));
  if (!seen.success) return refuse("unknown", { message: "Slack's answer could not be read." });
  return seen.data.ok ? succeed(seen.data.ts) : refuseError(seen.data.error, answer);
}

/** The url is its own authority, so no token travels with it, and it may only be Slack's. */
async function postToResponseUrl(
  url: string,
  { text, ephemeral }: { text: string; ephemeral: boolean },
  context: SendContext,
): Promise<Outcome<string>> {
  if (!isPinned(url, context.config))
    return refuse("forbidden", { message: "This reply address is not Slack's." });
  const body = { response_type: ephemeral ? "ephemeral" : "in_channel", text, replace_original: false };
  const answer = await postToSlack(url, { body }, context);
  if ("ok" in answer) return answer;
  return answer.status === 200 ? succeed("") : refuseStatus(answer);
}
