import * as z from "zod";
import { type Outcome, refuse } from "#contracts/outcome";
import type { PlatformConfig } from "#contracts/platform";
import { type ActionContext, type ActionResult, defineAction } from "#contracts/platform-action";
import { call, channelId, channelOf, ts } from "#platforms/slack/actions/params";
import { callSlack, postBytes } from "#platforms/slack/api/call-slack";
import { escapeText } from "#platforms/slack/escape";

const place = z.object({ upload_url: z.string().max(2000), file_id: z.string().min(1).max(64) });
const mostBytes = 1_000_000;

const params = z
  .strictObject({
    channelId,
    filename: z.string().trim().min(1).max(255),
    /** Text as it is, or any bytes in base64. */
    content: z.string().max(mostBytes).optional(),
    base64: z.base64().max(mostBytes).optional(),
    title: z.string().trim().min(1).max(255).optional(),
    comment: z.string().trim().min(1).max(3000).optional(),
    threadTs: ts.optional(),
  })
  .refine(({ content, base64 }) => (content === undefined) !== (base64 === undefined), {
    path: ["content"],
    message: "either content or base64",
  });

/** A file in three steps: ask where to, put it there, share it in the channel. */
export const fileActions = [
  defineAction({
    name: "upload_file",
    description: "Shares a file in a channel",
    as: "bot",
    params,
    run: upload,
  }),
];

async function upload(file: z.infer<typeof params>, context: ActionContext): Promise<Outcome<ActionResult>> {
  const bytes = bytesOf(file);
  if (bytes.length === 0) return refuse("bad_request", { message: "content: is empty" });
  const { server: team } = context;
  const { filename } = file;
  const asked = await callSlack(
    {
      method: "files.getUploadURLExternal",
      team,
      args: { filename, length: bytes.length },
      priority: "moderation",
    },
    context,
  );
  if (!asked.ok) return asked;
  const where = place.safeParse(asked.value).data;
  if (!where) return refuse("unknown", { message: "Slack's answer could not be read." });
  if (!isFileHost(where.upload_url, context.config))
    return refuse("forbidden", { message: "This upload address is not Slack's." });
  const put = await postBytes(where.upload_url, bytes, context);
  // Nobody has seen anything yet, so the whole may be tried again.
  if (!put.ok) return refuse("unavailable", { message: "Slack did not take the file.", retryAfterMs: 5000 });
  const channel = channelOf(file.channelId, context);
  const args = {
    files: [{ id: where.file_id, title: file.title ?? filename }],
    channel_id: channel,
    ...(file.comment === undefined ? {} : { initial_comment: escapeText(file.comment) }),
    ...(file.threadTs === undefined ? {} : { thread_ts: file.threadTs }),
  };
  return call(context, { method: "files.completeUploadExternal", channel, args }, () => ({
    fileId: where.file_id,
  }));
}

function bytesOf({ content, base64 = "" }: z.infer<typeof params>): Uint8Array<ArrayBuffer> {
  if (content !== undefined) return new Uint8Array(new TextEncoder().encode(content));
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

/** The bytes go to Slack's own file host over https, or to the configured one on this machine. */
function isFileHost(url: string, { SLACK_FILES_HOST: host = "" }: PlatformConfig): boolean {
  if (!URL.canParse(url)) return false;
  const seen = new URL(url);
  if (seen.username !== "" || seen.password !== "") return false;
  if (host === "") return seen.protocol === "https:" && seen.host === "files.slack.com";
  return seen.host === host && (seen.protocol === "https:" || /^(?:127\.0\.0\.1|localhost):\d+$/.test(host));
}
