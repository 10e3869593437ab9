import * as z from "zod";
import { type ModuleResponse, moduleResponse } from "#contracts/response";
import { line } from "#workers/api/router/fields";
import { type FieldProblem, problemsOf } from "#workers/shared/envelope";

/** 90-decisions C-15. */
export const responseActions = ["chat", "media", "ticker", "form", "general"] as const;

const seconds = z.int().min(1).max(600);
const httpUrl = z.url({ protocol: /^https?$/ }).max(2000);
const formField = z.strictObject({
  name: line(100),
  type: z.enum([
    "text",
    "textarea",
    "select",
    "multiselect",
    "radio",
    "checkbox",
    "number",
    "email",
    "url",
    "date",
    "time",
  ]),
  label: line(255, 0),
  required: z.boolean().optional(),
  options: z.array(line(255, 0)).max(100).optional(),
});

/** What a module answers with after its call, in the words of 004 (10-router §1.3). */
export const responseRequest = z.strictObject({
  execution_id: line(2200),
  module_name: line(64),
  success: z.boolean(),
  response_action: z.enum(responseActions),
  session_id: line(64),
  processing_time_ms: z.int().min(0).max(86_400_000).optional(),
  error_message: line(2000, 0).optional(),
  chat_message: line(4000).optional(),
  media_type: z.enum(["video", "image", "audio"]).optional(),
  media_url: z
    .url({ protocol: /^https$/, error: "must be an https address" })
    .max(2000)
    .optional(),
  ticker_text: line(200).optional(),
  ticker_duration: seconds.optional().describe("Seconds; 10 where none is given"),
  form_title: line(255).optional(),
  form_description: line(2000, 0).optional(),
  form_fields: z.array(formField).min(1).max(50).optional(),
  form_submit_url: httpUrl.optional(),
  form_submit_method: z.enum(["POST", "PUT"]).optional(),
  form_callback_url: httpUrl.optional(),
  content_type: z.enum(["html", "text"]).optional(),
  content: line(5000, 0).optional(),
  duration: seconds.optional().describe("Seconds; 10 where none is given"),
  style: z
    .record(line(64), z.union([line(255, 0), z.number()]))
    .refine((style) => Object.keys(style).length <= 50, "At most 50 entries")
    .optional(),
});
export type ResponseRequest = z.infer<typeof responseRequest>;

export interface ReadResponse {
  /** What is stored and listed: the action's own fields, defaults filled in. */
  stored: Record<string, unknown>;
  /** What is delivered; undefined for a failure that has nothing to show. */
  response: ModuleResponse | undefined;
}

/** The fields of the action alone; what it needs and has not is named. A failure may come without them. */
export function readResponse(
  request: ResponseRequest,
): ({ ok: true } & ReadResponse) | { ok: false; problems: FieldProblem[] } {
  const { stored, response, needed } = byAction(request);
  const missing = needed.filter((field) => request[field] === undefined);
  const present = Object.fromEntries(Object.entries(stored).filter(([, value]) => value !== undefined));
  if (missing.length > 0) {
    if (!request.success && missing.length === needed.length)
      return { ok: true, stored: present, response: undefined };
    const message = `Is needed for the action ${request.response_action}`;
    return { ok: false, problems: missing.map((field) => ({ field, message })) };
  }
  const parsed = moduleResponse.safeParse(response);
  if (!parsed.success) return { ok: false, problems: problemsOf(parsed.error) };
  return { ok: true, stored: present, response: parsed.data };
}

interface ActionFields {
  stored: Record<string, unknown>;
  response: unknown;
  needed: (keyof ResponseRequest)[];
}

function byAction(request: ResponseRequest): ActionFields {
  switch (request.response_action) {
    case "chat": {
      const { chat_message } = request;
      return {
        stored: { chat_message },
        response: { type: "chat", text: chat_message },
        needed: ["chat_message"],
      };
    }
    case "media": {
      const { media_type, media_url } = request;
      const response = { type: "media", mediaType: media_type, url: media_url };
      return { stored: { media_type, media_url }, response, needed: ["media_type", "media_url"] };
    }
    case "ticker": {
      const { ticker_text, ticker_duration = 10 } = request;
      const response = { type: "ticker", text: ticker_text, durationSeconds: ticker_duration };
      return { stored: { ticker_text, ticker_duration }, response, needed: ["ticker_text"] };
    }
    case "form":
      return byForm(request);
    case "general": {
      const { content_type = "html", content, duration = 10, style = {} } = request;
      const response = { type: "general", contentType: content_type, content, durationSeconds: duration };
      return { stored: { content_type, content, duration, style }, response, needed: ["content"] };
    }
  }
}

function byForm(request: ResponseRequest): ActionFields {
  const { form_title, form_description, form_fields, form_submit_url, form_callback_url } = request;
  const { form_submit_method = "POST" } = request;
  return {
    stored: {
      form_title,
      form_description,
      form_fields,
      form_submit_url,
      form_submit_method,
      form_callback_url,
    },
    response: {
      type: "form",
      title: form_title,
      description: form_description,
      fields: form_fields,
      submitUrl: form_submit_url,
      submitMethod: form_submit_method,
      callbackUrl: form_callback_url,
    },
    needed: ["form_title", "form_fields", "form_submit_url"],
  };
}
