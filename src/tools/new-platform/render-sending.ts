import { titleOf, variablesOf } from "#tools/new-platform/naming";

/** From our words to their API: `limits.ts`, `send.ts` and `api.ts`. */
export function renderSending(name: string): Record<string, string> {
  const { apiBase } = variablesOf(name);
  const title = titleOf(name);
  return {
    "limits.ts": `import type { Platform } from "#contracts/platform";

/** The longest text of one message. */
export const limits: Platform["limits"] = { messageLength: 2000, messageUnit: "characters" };
`,
    "send.ts": `import { type Outcome, refuse, succeed } from "#contracts/outcome";
import type { SendContext } from "#contracts/platform";
import type { OutboundMessage, SentMessage } from "#contracts/sender";
import { sha256Hex } from "#lib/sha256";
import { splitText } from "#lib/split-text";
import { postMessage } from "#platforms/${name}/api";
import { limits } from "#platforms/${name}/limits";

const guard = "» ";

/** \`POST /messages\`, once for each part that fits. */
export async function send(message: OutboundMessage, context: SendContext): Promise<Outcome<SentMessage>> {
  const { id, target } = message;
  if (target.kind !== "chat") return refuse("bad_request", { message: "${title} only takes chat messages." });
  if (!context.config.${apiBase}) return refuse("disabled", { message: "${title} is not set up yet." });
  const parts = partsOf(message.text);
  if (parts.length === 0) return refuse("bad_request", { message: "There is nothing to say." });
  const platformMessageIds: string[] = [];
  for (const [index, text] of parts.entries()) {
    const { channel, replyToMessageId } = target;
    const isReply = index === 0 && replyToMessageId !== undefined;
    const body = { channel, text, ...(isReply ? { reply_to: replyToMessageId } : {}) };
    // Derived, so that it is the same on every attempt.
    const idempotencyKey = await sha256Hex(\`\${id}/\${index}\`);
    const sent = await postMessage({ body, idempotencyKey }, context);
    if (!sent.ok) return index === 0 ? sent : refuse("unknown", { message: "Only the beginning was said." });
    platformMessageIds.push(sent.value);
  }
  return succeed({ platformMessageIds });
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
    "api.ts": `import { type Outcome, type OutcomeCode, type Refusal, refuse, succeed } from "#contracts/outcome";
import type { SendContext } from "#contracts/platform";
import { isNeverSent } from "#lib/network-error";
import { readJson, sentAnswer } from "#platforms/${name}/wire";

const timeoutMs = 5000;
const maxWaitMs = 15 * 60_000;

/** One request, at most 5 s, following no redirect: the message's id there, or why there is none. */
export async function postMessage(
  { body, idempotencyKey }: { body: object; idempotencyKey: string },
  { fetch, config, token }: SendContext,
): Promise<Outcome<string>> {
  try {
    const response = await fetch(\`\${config.${apiBase}}/messages\`, {
      method: "POST",
      headers: {
        authorization: \`Bearer \${token}\`,
        "content-type": "application/json",
        "idempotency-key": idempotencyKey,
      },
      body: JSON.stringify(body),
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    const answer = new Uint8Array(await response.arrayBuffer());
    if (!response.ok) return refuseStatus(response);
    const seen = sentAnswer.safeParse(readJson(answer));
    return seen.success
      ? succeed(seen.data.id)
      : refuse("unknown", { message: "${title}'s answer could not be read." });
  } catch (error) {
    const code = isNeverSent(error) ? "unavailable" : "unknown";
    return refuse(code, { message: "${title} could not be reached." });
  }
}

const refusals: ReadonlyMap<number, { code: OutcomeCode; message: string }> = new Map([
  [401, { code: "unauthenticated", message: "${title} no longer accepts the bot's sign-in." }],
  [403, { code: "forbidden", message: "The bot may not speak here." }],
  [404, { code: "not_found", message: "${title} does not know this channel." }],
  [413, { code: "too_large", message: "${title} found the message too long." }],
]);

/** \`unknown\` where the platform may have acted before it failed. */
function refuseStatus({ status, headers }: Response): Refusal {
  if (status === 429) {
    const waitMs = Number(headers.get("retry-after")) * 1000;
    const retryAfterMs = Math.min(Math.max(Number.isFinite(waitMs) ? waitMs : 0, 1000), maxWaitMs);
    return refuse("rate_limited", { message: "${title} asks for a pause.", retryAfterMs });
  }
  if (status >= 500) return refuse("unknown", { message: "${title} has a problem of its own." });
  const { code, message } = refusals.get(status) ?? {
    code: "bad_request",
    message: "${title} did not accept the message.",
  };
  return refuse(code, { message });
}
`,
  };
}
