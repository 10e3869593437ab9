import * as z from "zod";

/** Slack's payloads as far as we read them; what else they carry is let through unread. */

const ascii = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(/^[\x21-\x7e]*$/);
const id = ascii(64);
const customId = z
  .string()
  .min(1)
  .max(255)
  .transform((text) => text.toWellFormed());
const name = z.string().transform((text) => text.slice(0, 255).toWellFormed());
/** Seconds and microseconds with a dot; also the message's id within its channel. */
const ts = z.string().regex(/^\d{1,12}\.\d{1,9}$/);

export const urlVerification = z.object({ type: z.literal("url_verification"), challenge: z.string() });

export const eventCallback = z.object({
  type: z.literal("event_callback"),
  team_id: id,
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

export const message = z.object({ user: id, channel: id, ts, text: z.string().default("") });
export const reactionAdded = z.object({
  user: id,
  reaction: z.string().min(1).max(255),
  item: z.object({ channel: id }),
  event_ts: ts,
});
export const memberJoined = z.object({ user: id, channel: id, event_ts: ts.optional() });

export const slashCommand = z.object({
  team_id: id,
  channel_id: id,
  user_id: id,
  user_name: name.optional(),
  command: z.string().regex(/^\/\S{1,64}$/),
  text: z.string().default(""),
  response_url: z.string().optional(),
  trigger_id: ascii(255).optional(),
});

const chosen = z.object({ value: z.string() });
const action = z.object({
  action_id: customId,
  type: z.string(),
  value: z.string().optional(),
  selected_option: chosen.nullish(),
  selected_options: z.array(chosen).optional(),
});

const interaction = {
  team: z.object({ id }),
  user: z.object({ id, username: name.optional(), name: name.optional() }),
  trigger_id: ascii(255).optional(),
};

export const blockActions = z.object({
  ...interaction,
  type: z.literal("block_actions"),
  channel: z.object({ id }),
  response_url: z.string().optional(),
  actions: z.array(action).min(1),
});
export const viewSubmission = z.object({
  ...interaction,
  type: z.literal("view_submission"),
  view: z.object({
    callback_id: customId,
    state: z.object({
      values: z.record(z.string(), z.record(customId, z.object({ value: z.string().nullish() }))),
    }),
  }),
});
export const interactivity = z.discriminatedUnion("type", [blockActions, viewSubmission]);

/** What the Web API answers: HTTP 200 either way. */
export const apiAnswer = z.discriminatedUnion("ok", [
  z.object({ ok: z.literal(true), ts: z.string() }),
  z.object({ ok: z.literal(false), error: z.string() }),
]);

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
