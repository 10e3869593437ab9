import type { LaneRule, SendPriority } from "#contracts/outbound-gate";
import { type Outcome, type Refusal, refuse, succeed } from "#contracts/outcome";
import type { SendContext } from "#contracts/platform";
import type { OutboundMessage, SentMessage } from "#contracts/sender";
import { splitText } from "#lib/split-text";
import { chatLane, chatLanes, floorLane, saidLane } from "#platforms/twitch/chat-lanes";
import { type DropReason, kindOfDrop, refuseDrop, slowModeMs } from "#platforms/twitch/drop-reasons";
import { askHelix, refuseStatus } from "#platforms/twitch/helix/call-helix";
import { limits } from "#platforms/twitch/limits";
import { sendAnswer } from "#platforms/twitch/wire";

const guard = "» ";
/** Shown as nothing; one more of them makes another text of the same words. */
const invisible = "\u{E0000}";
/** The same words are said three times in 30 s at most; more is a flood, not an answer. */
const maxVariations = 2;
/** Waited here, so that what was said first is read first; the sender's caller gives up after 12 s. */
const waitBudgetMs = 4500;
const rateLimitedMs = 30_000;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** One message on its way, and what it may still wait for. */
interface Passage {
  context: SendContext;
  channel: string;
  senderId: string;
  priority: SendPriority;
  wait: (ms: number) => Promise<void>;
  leftMs: number;
  waitedMs: number;
}

/** Helix Send Chat Message, in parts of at most 500 characters. It knows no idempotency key: an answer lost is `unknown`. */
export async function send(
  message: OutboundMessage,
  context: SendContext,
  wait: (ms: number) => Promise<void> = pause,
): Promise<Outcome<SentMessage>> {
  const { target, priority } = message;
  if (target.kind !== "chat") return refuse("bad_request", { message: "Twitch only takes chat messages." });
  const { TWITCH_CLIENT_ID: clientId, TWITCH_BOT_USER_ID: botId } = context.config;
  const senderId = context.account ?? botId;
  if (!clientId || !senderId) return refuse("disabled", { message: "Twitch is not set up yet." });
  const parts = partsOf(message.text);
  if (parts.length === 0) return refuse("bad_request", { message: "There is nothing to say." });
  const { channel, replyToMessageId } = target;
  const leftMs = waitBudgetMs + (parts.length - 1) * 1100;
  const passage: Passage = { context, channel, senderId, priority, wait, leftMs, waitedMs: 0 };
  const platformMessageIds: string[] = [];
  for (const part of parts) {
    const isFirst = platformMessageIds.length === 0;
    const places = isFirst ? parts.length : 0;
    const sent = await say(passage, part, { places, replyTo: isFirst ? replyToMessageId : undefined });
    if (!sent.ok) return isFirst ? sent : refuse("unknown", { message: "Only the beginning was said." });
    platformMessageIds.push(sent.value);
  }
  return succeed({ platformMessageIds });
}

/** Says one part, with an invisible difference where the same words were just said. */
async function say(
  passage: Passage,
  part: string,
  { places, replyTo }: { places: number; replyTo: string | undefined },
): Promise<Outcome<string>> {
  let refusal = refuse("rate_limited", {
    message: "The bot just said these words here three times; it says them again later.",
    retryAfterMs: rateLimitedMs,
  });
  for (let variation = 0; variation <= maxVariations; variation++) {
    const text = variation === 0 ? part : `${part} ${invisible.repeat(variation)}`;
    const entered = await enter(passage, text, places);
    if (entered === "said") continue;
    if (!entered.ok) return entered;
    const answer = await post(passage, text, replyTo);
    // Said again in a moment with a new token, and then it must not seem a repetition.
    if ("code" in answer && answer.code === "unauthenticated")
      await passage.context.gate.giveBack?.(entered.value);
    if (!("drop" in answer)) return answer;
    if (kindOfDrop(answer.drop) !== "repeated") return heed(passage, answer.drop);
    refusal = refuseDrop(answer.drop);
  }
  return refusal;
}

/** Waits for its turn as long as that is short. `said`: only these very words stand in the way. */
async function enter(passage: Passage, text: string, parts: number): Promise<"said" | Outcome<LaneRule[]>> {
  const { context, channel, priority } = passage;
  const lanes = await chatLanes({ channel, text, parts }, context.config);
  const said = await saidLane(channel, text);
  for (;;) {
    const { waitMs, lane } = await context.gate.take(lanes, priority);
    if (waitMs <= 0) return succeed(lanes);
    if (lane === said) return "said";
    if (waitMs > passage.leftMs)
      return refuse("rate_limited", { message: "Twitch asks for a pause.", retryAfterMs: waitMs });
    passage.leftMs -= waitMs;
    passage.waitedMs += waitMs;
    await passage.wait(waitMs);
  }
}

async function post(
  { context, channel, senderId }: Passage,
  message: string,
  replyTo: string | undefined,
): Promise<Outcome<string> | { drop: DropReason }> {
  const body = {
    broadcaster_id: channel,
    sender_id: senderId,
    message,
    ...(replyTo ? { reply_parent_message_id: replyTo } : {}),
  };
  const answer = await askHelix({ method: "POST", path: "/chat/messages", body }, context);
  if ("ok" in answer) return answer;
  if (answer.status !== 200) return refuseStatus(answer, context.now);
  const seen = sendAnswer.safeParse(answer.body);
  if (!seen.success) return refuse("unknown", { message: "Twitch's answer could not be read." });
  const [{ is_sent, message_id, drop_reason }] = seen.data.data;
  return is_sent ? succeed(message_id) : { drop: drop_reason ?? { code: "", message: "" } };
}

/** What waiting lifts shuts its lane for everybody until then. */
async function heed({ context, channel, waitedMs }: Passage, drop: DropReason): Promise<Refusal> {
  const kind = kindOfDrop(drop);
  if (kind !== "slow" && kind !== "rate") return refuseDrop(drop);
  const [lane, ms] =
    kind === "slow" ? [floorLane(channel), slowModeMs(drop)] : [chatLane(channel), rateLimitedMs];
  await context.gate.shut(lane, context.now + waitedMs + ms);
  return refuseDrop(drop, ms);
}

/** One line each, and none a chat command: Twitch reads `/ban` and `.ban` at the start of a line as orders. */
function partsOf(text: string): string[] {
  const line = text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ");
  const spare = guard.length + 1 + maxVariations * invisible.length;
  const room = { limit: limits.messageLength - spare, unit: limits.messageUnit };
  return splitText(line, room).map((part) => (/^[/.]/.test(part) ? guard + part : part));
}
