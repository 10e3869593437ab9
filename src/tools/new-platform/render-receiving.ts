import { headersOf, titleOf, variablesOf } from "#tools/new-platform/naming";

/** From a request to an event: `index.ts`, `wire.ts`, `verify.ts` and `parse.ts`. */
export function renderReceiving(name: string): Record<string, string> {
  const { secret, botUserId } = variablesOf(name);
  const { signature, timestamp } = headersOf(name);
  const title = titleOf(name);
  return {
    "index.ts": `import type { Platform } from "#contracts/platform";
import { actions } from "#platforms/${name}/actions";
import { limits } from "#platforms/${name}/limits";
import { oauth } from "#platforms/${name}/oauth";
import { parse } from "#platforms/${name}/parse";
import { send } from "#platforms/${name}/send";
import { verify } from "#platforms/${name}/verify";

export const platform: Platform = {
  name: "${name}",
  secrets: ["${secret}", "${botUserId}"],
  verify,
  parse,
  send,
  actions,
  oauth,
  limits,
  // Every part carries an idempotency key: the same one sent twice is shown once.
  isResendSafe: true,
};
`,
    "wire.ts": `import * as z from "zod";

/** ${title}'s payloads as far as we read them; what else they carry is let through unread. */

const id = z.string().regex(/^[\\x21-\\x7e]{1,255}$/);
const words = (longest: number) => z.string().transform((text) => text.slice(0, longest).toWellFormed());

/** What every payload says about itself. */
export const envelope = z.object({ type: z.string() });

export const message = z.object({
  id,
  channel: id,
  user: z.object({ id, name: words(255) }),
  text: words(5000),
});

/** What the API answers to a message it took. */
export const sentAnswer = z.object({ id: z.string().min(1).max(255) });

/** The JSON of a body; undefined, which every schema refuses, when it is none. */
export function readJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body));
  } catch {
    return undefined;
  }
}
`,
    "verify.ts": `import type { PlatformConfig, Verdict, WebhookRequest } from "#contracts/platform";
import { concatBytes, verifyHmacSha256 } from "#lib/hmac";

const maxSkewMs = 300_000;
const secondsShape = /^[1-9]\\d{8,10}$/;

/**
 * HMAC-SHA256 in hex over \`timestamp.body\`, at most 300 s old or ahead.
 * The bot's own id is asked for as well: without it the bot would answer itself for ever.
 */
export async function verify(request: WebhookRequest, config: PlatformConfig): Promise<Verdict> {
  const { ${secret}: secret, ${botUserId}: botUserId } = config;
  if (!secret || !botUserId) return { ok: false, status: 503, reason: "not configured" };
  const signature = request.headers.get("${signature}") ?? "";
  const timestamp = request.headers.get("${timestamp}") ?? "";
  if (!secondsShape.test(timestamp)) return refused("malformed signature headers");
  if (Math.abs(request.receivedAt - Number(timestamp) * 1000) > maxSkewMs) return refused("stale");
  const message = concatBytes(\`\${timestamp}.\`, request.body);
  const isGenuine = await verifyHmacSha256(secret, message, signature);
  return isGenuine ? { ok: true } : refused("bad signature");
}

function refused(reason: string): Verdict {
  return { ok: false, status: 401, reason };
}
`,
    "parse.ts": `import type * as z from "zod";
import { platformEvent } from "#contracts/event";
import { makeEntityId } from "#contracts/ids";
import type { Answer, PlatformConfig, Receipt, WebhookRequest } from "#contracts/platform";
import * as wire from "#platforms/${name}/wire";

type Reader = (payload: unknown, request: WebhookRequest, config: PlatformConfig) => Receipt;

const accepted: Answer = { status: 200, contentType: "text/plain", body: "" };

/** How each type of payload is read. An unknown one has no reader. */
const readers: ReadonlyMap<string, Reader> = new Map([["message", readMessage]]);

/** A verified request in our words. Whatever was signed is read without an exception. */
export function parse(request: WebhookRequest, config: PlatformConfig): Receipt {
  const payload = wire.readJson(request.body);
  const seen = wire.envelope.safeParse(payload);
  if (!seen.success) return ignore("unexpected shape");
  const read = readers.get(seen.data.type);
  return read ? read(payload, request, config) : ignore("unknown event type");
}

function readMessage(payload: unknown, request: WebhookRequest, config: PlatformConfig): Receipt {
  const seen = wire.message.safeParse(payload);
  if (!seen.success) return ignore("unexpected shape");
  const { id, channel, user, text } = seen.data;
  if (user.id === config.${botUserId}) return ignore("own message");
  return receive({
    type: "chatMessage",
    id: \`${name}:\${id}\`,
    platform: "${name}",
    entityId: makeEntityId({ platform: "${name}", server: channel }),
    user: { id: user.id, login: user.id, name: user.name },
    receivedAt: request.receivedAt,
    // The signature covers it, so it is as true as the body.
    occurredAt: Number(request.headers.get("${timestamp}")) * 1000,
    correlationId: request.correlationId,
    replyTo: { kind: "chat", platform: "${name}", channel, replyToMessageId: id },
    text,
    messageId: id,
  });
}

function receive(event: z.input<typeof platformEvent>): Receipt {
  const seen = platformEvent.safeParse(event);
  return seen.success ? { kind: "events", events: [seen.data], answer: accepted } : ignore("unfit event");
}

/** Counted, without effect, and answered 2xx, so that it is not sent again. */
function ignore(reason: string): Receipt {
  return { kind: "ignored", reason, answer: accepted };
}
`,
  };
}
