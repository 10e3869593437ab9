import { titleOf, variablesOf } from "#tools/new-platform/naming";

/** From our words to their API: `limits.ts`, `send.ts`, `actions.ts` and `api.ts`. */
export function renderSending(name: string): Record<string, string> {
  const { apiBase } = variablesOf(name);
  const title = titleOf(name);
  return {
    "limits.ts": `import type { LaneRule } from "#contracts/outbound-gate";
import type { Platform } from "#contracts/platform";

/** The longest text of one message. */
export const limits: Platform["limits"] = { messageLength: 2000, messageUnit: "characters" };

/** How much they let one account say in a channel; \`places\` is how many parts a message has. */
export function chatLane(channel: string, places: number): LaneRule {
  return { lane: \`chat/\${channel}\`, limit: 20, windowMs: 30_000, places };
}

/** Everything but chat. */
export const apiLane: LaneRule = { lane: "api", limit: 60, windowMs: 60_000 };
`,
    "send.ts": `import { type Outcome, refuse, succeed } from "#contracts/outcome";
import type { SendContext } from "#contracts/platform";
import type { OutboundMessage, SentMessage } from "#contracts/sender";
import { sha256Hex } from "#lib/sha256";
import { splitText } from "#lib/split-text";
import { callApi, enter, refuseStatus } from "#platforms/${name}/api";
import { chatLane, limits } from "#platforms/${name}/limits";
import { sentAnswer } from "#platforms/${name}/wire";

const guard = "» ";

/** \`POST /messages\`, once for each part that fits. */
export async function send(message: OutboundMessage, context: SendContext): Promise<Outcome<SentMessage>> {
  const { id, target, priority } = message;
  if (target.kind !== "chat") return refuse("bad_request", { message: "${title} only takes chat messages." });
  if (!context.config.${apiBase}) return refuse("disabled", { message: "${title} is not set up yet." });
  const parts = partsOf(message.text);
  if (parts.length === 0) return refuse("bad_request", { message: "There is nothing to say." });
  const { channel, replyToMessageId } = target;
  // For all parts at once, so that a message is said whole or not yet.
  const lane = chatLane(channel, parts.length);
  const held = await enter(lane, priority, context);
  if (held) return held;
  const platformMessageIds: string[] = [];
  for (const [index, text] of parts.entries()) {
    const isReply = index === 0 && replyToMessageId !== undefined;
    const body = { channel, text, ...(isReply ? { reply_to: replyToMessageId } : {}) };
    // Derived, so that it is the same on every attempt.
    const idempotencyKey = await sha256Hex(\`\${id}/\${index}\`);
    const sent = await sendPart({ body, idempotencyKey, lane: lane.lane }, context);
    if (!sent.ok) return index === 0 ? sent : refuse("unknown", { message: "Only the beginning was said." });
    platformMessageIds.push(sent.value);
  }
  return succeed({ platformMessageIds });
}

async function sendPart(
  { body, idempotencyKey, lane }: { body: object; idempotencyKey: string; lane: string },
  context: SendContext,
): Promise<Outcome<string>> {
  const headers = { "idempotency-key": idempotencyKey };
  const answer = await callApi({ method: "POST", path: "/messages", body, headers, lane }, context);
  if ("ok" in answer) return answer;
  if (answer.status !== 200) return refuseStatus(answer);
  const seen = sentAnswer.safeParse(answer.body);
  return seen.success
    ? succeed(seen.data.id)
    : refuse("unknown", { message: "${title}'s answer could not be read." });
}

/** One line each; none begins like a command of the platform's, and none calls everybody. */
function partsOf(text: string): string[] {
  const line = text
    .replaceAll(/[\\p{Cc}\\u2028\\u2029]+/gu, " ")
    .replaceAll(/@(?=everyone|here|channel|room|all)/giu, "@\\u200b");
  const room = { limit: limits.messageLength - guard.length, unit: limits.messageUnit };
  return splitText(line, room).map((part) => (/^[/.]/.test(part) ? guard + part : part));
}
`,
    "actions.ts": `import * as z from "zod";
import { succeed } from "#contracts/outcome";
import { defineAction } from "#contracts/platform-action";
import { callApi, enter, refuseStatus } from "#platforms/${name}/api";
import { apiLane } from "#platforms/${name}/limits";

/** What stands in a path may hold nothing that means something there. */
const messageId = z.string().regex(/^[\\w-]{1,255}$/, "the id of a message");

const all = [
  defineAction({
    name: "delete_message",
    description: "Deletes one message",
    as: "bot",
    params: z.strictObject({ messageId }),
    async run({ messageId: id }, context) {
      const held = await enter(apiLane, "moderation", context);
      if (held) return held;
      const call = { method: "DELETE", path: \`/messages/\${id}\`, lane: apiLane.lane } as const;
      const answer = await callApi(call, context);
      if ("ok" in answer) return answer;
      return answer.status === 200 || answer.status === 204 ? succeed({}) : refuseStatus(answer);
    },
  }),
];

/** What can be done there beyond talking, by name. */
export const actions = new Map(all.map((action) => [action.name, action]));
`,
    "api.ts": `import type { LaneRule, OutboundGate, SendPriority } from "#contracts/outbound-gate";
import { type OutcomeCode, type Refusal, refuse } from "#contracts/outcome";
import type { PlatformConfig } from "#contracts/platform";
import { isNeverSent } from "#lib/network-error";
import { readJson } from "#lib/read-json";

const timeoutMs = 5000;
const maxWaitMs = 15 * 60_000;

/** What sending and actions have in common. */
interface ApiContext {
  fetch: typeof fetch;
  config: PlatformConfig;
  token: string;
  now: number;
  gate: OutboundGate;
}

interface ApiCall {
  method: "POST" | "DELETE";
  path: string;
  body?: object;
  headers?: Record<string, string>;
  /** The lane that a 429 shuts. */
  lane: string;
}

/** The body is undefined when it was no JSON. */
interface ApiAnswer {
  status: number;
  headers: Headers;
  body: unknown;
}

/** Asks the gate, which all isolates share, for places; a refusal says when there are some. */
export async function enter(
  lane: LaneRule,
  priority: SendPriority,
  { gate }: ApiContext,
): Promise<Refusal | undefined> {
  const { waitMs } = await gate.take([lane], priority);
  if (waitMs <= 0) return undefined;
  return refuse("rate_limited", { message: "Too much at once for ${title}.", retryAfterMs: waitMs });
}

/** One request, at most 5 s, following no redirect. A refusal means that no answer came. */
export async function callApi(
  { method, path, body, headers, lane }: ApiCall,
  { fetch, config, token, gate, now }: ApiContext,
): Promise<ApiAnswer | Refusal> {
  try {
    const response = await fetch(\`\${config.${apiBase}}\${path}\`, {
      method,
      headers: { authorization: \`Bearer \${token}\`, "content-type": "application/json", ...headers },
      body: body === undefined ? null : JSON.stringify(body),
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.status === 429) await gate.shut(lane, now + pauseOf(response.headers));
    return { status: response.status, headers: response.headers, body: readJson(await response.text()) };
  } catch (error) {
    const code = isNeverSent(error) ? "unavailable" : "unknown";
    return refuse(code, { message: "${title} could not be reached." });
  }
}

const refusals: ReadonlyMap<number, { code: OutcomeCode; message: string }> = new Map([
  [401, { code: "unauthenticated", message: "${title} no longer accepts the bot's sign-in." }],
  [403, { code: "forbidden", message: "The bot may not do that here." }],
  [404, { code: "not_found", message: "${title} does not know this channel." }],
  [413, { code: "too_large", message: "${title} found the message too long." }],
]);

/** \`unknown\` where the platform may have acted before it failed. */
export function refuseStatus({ status, headers }: ApiAnswer): Refusal {
  if (status === 429)
    return refuse("rate_limited", { message: "${title} asks for a pause.", retryAfterMs: pauseOf(headers) });
  if (status >= 500) return refuse("unknown", { message: "${title} has a problem of its own." });
  const { code, message } = refusals.get(status) ?? {
    code: "bad_request",
    message: "${title} did not accept it.",
  };
  return refuse(code, { message });
}

function pauseOf(headers: Headers): number {
  const waitMs = Number(headers.get("retry-after")) * 1000;
  return Math.min(Math.max(Number.isFinite(waitMs) ? waitMs : 0, 1000), maxWaitMs);
}
`,
  };
}
