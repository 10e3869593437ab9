import * as z from "zod";

/** Slack's payloads as far as we read them; what else they carry is let through unread. */

const ascii = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(/^[\x21-\x7e]*$/);
export const id = ascii(64);
export const triggerId = ascii(255);
export const name = z.string().transform((text) => text.slice(0, 255).toWellFormed());
/** Seconds and microseconds with a dot; also the message's id within its channel. */
export const ts = z.string().regex(/^\d{1,12}\.\d{1,9}$/);

export const urlVerification = z.object({ type: z.literal("url_verification"), challenge: z.string() });

/** Above 30,000 events an hour and workspace Slack drops events and says so, once a minute. */
export const appRateLimited = z.object({ type: z.literal("app_rate_limited"), team_id: id });

export const eventCallback = z.object({
  type: z.literal("event_callback"),
  team_id: id,
  api_app_id: id.optional(),
  event_id: ascii(255),
  authorizations: z.array(z.object({ user_id: id.nullish(), is_bot: z.boolean().optional() })).optional(),
  event: z.unknown(),
});
export type EventCallback = z.infer<typeof eventCallback>;

/** Which inner event it is, and whose: bots carry a `bot_id`. */
export const innerEvent = z.object({
  type: z.string(),
  subtype: z.string().optional(),
  user: id.optional(),
  bot_id: id.nullish(),
});

export const message = z.object({
  user: id,
  channel: id,
  ts,
  /** The first message of the thread it was said in. */
  thread_ts: ts.optional(),
  text: z.string().default(""),
});
export const reactionAdded = z.object({
  user: id,
  reaction: z.string().min(1).max(255),
  item: z.object({ channel: id }),
  event_ts: ts,
});
export const membership = z.object({ user: id, channel: id, event_ts: ts.optional() });
/** Ids of the people whose tokens died, by kind; the bot's own is under `bot`. */
export const tokensRevoked = z.object({ tokens: z.object({ bot: z.array(id).default([]) }) });

export const slashCommand = z.object({
  team_id: id,
  channel_id: id,
  user_id: id,
  user_name: name.optional(),
  command: z.string().regex(/^\/\S{1,64}$/),
  text: z.string().default(""),
  response_url: z.string().optional(),
  trigger_id: triggerId.optional(),
});

/** The body as a form, or undefined when it is JSON or no text. The content type is not signed, so it is not asked. */
export function readForm(body: Uint8Array): URLSearchParams | undefined {
  const text = readUtf8(body);
  return text === undefined || /^\s*[{[]/.test(text) ? undefined : new URLSearchParams(text);
}

/** The body as JSON, or undefined when it is none. */
export function readJson(body: Uint8Array): unknown {
  return parseJson(readUtf8(body) ?? "");
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Every schema refuses undefined, so the request ends as ignored and counted.
    return undefined;
  }
}

/** Slack's certificate probe, a small form with this one field set to 1. */
export function isSslCheck(body: Uint8Array): boolean {
  return body.length <= 4096 && readForm(body)?.get("ssl_check") === "1";
}

function readUtf8(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
}
