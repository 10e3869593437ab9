import * as z from "zod";
import {
  type OverlayContent,
  type OverlayPart,
  overlayContent,
  overlayPart,
  partOf,
} from "#contracts/overlay";
import { line, rowId } from "#workers/api/router/fields";
import { type FieldProblem, problemsOf } from "#workers/shared/envelope";

/** What services put onto an overlay, in upstream's words (40-core §1.34). */
export const displayRequest = z.strictObject({
  community_id: rowId,
  source_type: overlayPart.describe("Which overlay shows it"),
  content: z
    .union([line(5000), z.record(z.string(), z.unknown())])
    .describe("Text; or the type's own fields, as in `overlay-content`"),
  duration: z.int().min(1).max(600).optional().describe("Seconds; each type has its own where none is given"),
  priority: z.int().min(0).max(1000).optional().describe("Of tickers and alerts; higher goes first"),
  session_id: line(64).optional().describe("Accepted for older callers"),
});
export type DisplayRequest = z.infer<typeof displayRequest>;

/** Upstream's names of fields, as ours. */
const renamed: Readonly<Record<string, string>> = {
  media_type: "mediaType",
  media_url: "url",
  ticker_text: "text",
  ticker_duration: "durationSeconds",
  duration: "durationSeconds",
  content_type: "contentType",
  form_title: "title",
  form_description: "description",
  form_fields: "fields",
  form_submit_url: "submitUrl",
  form_submit_method: "submitMethod",
  form_callback_url: "callbackUrl",
  art_url: "artUrl",
  album_art: "artUrl",
  song: "title",
  is_playing: "isPlaying",
  is_final: "isFinal",
};

/** The one field that a bare text is. Types without one need an object. */
const textField: Partial<Record<OverlayPart, string>> = {
  ticker: "text",
  general: "content",
  captions: "text",
  media: "url",
  music: "title",
};
const contentType: Partial<Record<OverlayPart, string>> = {
  alerts: "alert",
  captions: "caption",
  chat: "line",
};

export function readDisplay(
  request: DisplayRequest,
): { ok: true; content: OverlayContent } | { ok: false; problems: FieldProblem[] } {
  const { source_type, content, duration, priority } = request;
  const field = textField[source_type];
  if (typeof content === "string" && field === undefined)
    return { ok: false, problems: [{ field: "content", message: `Of ${source_type} has to be an object` }] };
  const given = typeof content === "string" ? { [field ?? ""]: content } : content;
  const fields = Object.entries(given).map(([name, value]) => [renamed[name] ?? name, value]);
  const parsed = overlayContent.safeParse({
    ...Object.fromEntries(fields),
    ...(duration === undefined ? {} : { durationSeconds: duration }),
    ...(priority === undefined ? {} : { priority }),
    type: contentType[source_type] ?? source_type,
  });
  if (parsed.success && partOf(parsed.data) === source_type) return { ok: true, content: parsed.data };
  const problems = parsed.success ? [] : problemsOf(parsed.error);
  return {
    ok: false,
    problems: problems.map(({ field: name, message }) => ({ field: `content.${name}`, message })),
  };
}
