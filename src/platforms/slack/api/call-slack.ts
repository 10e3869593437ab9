import * as z from "zod";
import type { SendPriority } from "#contracts/outbound-gate";
import { type Outcome, type Refusal, refuse, succeed } from "#contracts/outcome";
import type { SendContext } from "#contracts/platform";
import { isNeverSent } from "#lib/network-error";
import { readJson } from "#lib/read-json";
import { lanesOf, type SlackMethod } from "#platforms/slack/api/lanes";
import { refuseError, refuseStatus } from "#platforms/slack/api/refusals";

const timeoutMs = 5000;

/** What a call needs of the context of a message or an action. */
export type SlackContext = Pick<SendContext, "fetch" | "config" | "token" | "now" | "gate">;

export interface SlackCall {
  method: SlackMethod;
  /** Whose limits count. */
  team: string;
  channel?: string | undefined;
  args: Record<string, unknown>;
  priority?: SendPriority;
  /** Room was taken already, together with other calls'. */
  hasRoom?: boolean;
}

const apiAnswer = z.discriminatedUnion("ok", [
  z.looseObject({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), error: z.string() }),
]);

/** Methods that read take a form; those that write take JSON as well. */
const readsForm: ReadonlySet<SlackMethod> = new Set([
  "auth.revoke",
  "auth.test",
  "conversations.history",
  "files.getUploadURLExternal",
  "usergroups.list",
  "users.info",
]);

/** One call of the Web API with the bot's token. The value is Slack's whole answer. */
export async function callSlack(call: SlackCall, context: SlackContext): Promise<Outcome<unknown>> {
  const { method, team, channel, args, priority = "reply" } = call;
  const lanes = lanesOf(method, { team, channel });
  if (!call.hasRoom) {
    const { waitMs } = await context.gate.take(lanes, priority);
    if (waitMs > 0)
      return refuse("rate_limited", { message: "Slack asks for a pause.", retryAfterMs: waitMs });
  }
  const base = context.config.SLACK_API_BASE || "https://slack.com/api";
  const isForm = readsForm.has(method);
  const answer = await post(`${base}/${method}`, context, {
    authorization: `Bearer ${context.token}`,
    ...(isForm ? formOf(args) : jsonOf(args)),
  });
  if ("ok" in answer) return answer;
  const outcome = readAnswer(answer);
  if (!outcome.ok && outcome.code === "rate_limited" && lanes[0])
    await context.gate.shut(lanes[0].lane, context.now + (outcome.retryAfterMs ?? 1000));
  return outcome;
}

/** A response_url is its own authority, so no token travels with it. */
export async function postToResponseUrl(
  url: string,
  body: object,
  context: SlackContext,
): Promise<Outcome<null>> {
  const answer = await post(url, context, jsonOf(body));
  if ("ok" in answer) return answer;
  return answer.status === 200 ? succeed(null) : refuseStatus(answer);
}

/** Bytes to the address `files.getUploadURLExternal` named; it is its own authority, too. */
export async function postBytes(
  url: string,
  bytes: Uint8Array<ArrayBuffer>,
  context: SlackContext,
): Promise<Outcome<null>> {
  const answer = await post(url, context, { "content-type": "application/octet-stream", body: bytes });
  if ("ok" in answer) return answer;
  return answer.status === 200 ? succeed(null) : refuseStatus(answer);
}

interface Raw {
  status: number;
  headers: Headers;
  text: string;
}

interface Sending {
  authorization?: string;
  "content-type": string;
  body: string | Uint8Array<ArrayBuffer>;
}

/** One POST, at most 5 s, following no redirect. A refusal means that no answer came; nothing in it names the url. */
async function post(
  url: string,
  { fetch }: SlackContext,
  { body, ...headers }: Sending,
): Promise<Raw | Refusal> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { ...headers },
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (error) {
    return refuse(isNeverSent(error) ? "unavailable" : "unknown", { message: "Slack could not be reached." });
  }
}

function readAnswer({ status, headers, text }: Raw): Outcome<unknown> {
  if (status !== 200) return refuseStatus({ status, headers });
  const seen = apiAnswer.safeParse(readJson(text));
  if (!seen.success) return refuse("unknown", { message: "Slack's answer could not be read." });
  return seen.data.ok ? succeed(seen.data) : refuseError(seen.data.error, headers);
}

function jsonOf(args: object): Sending {
  return { "content-type": "application/json; charset=utf-8", body: JSON.stringify(args) };
}

function formOf(args: Record<string, unknown>): Sending {
  const fields = Object.entries(args).map(([name, value]): [string, string] => [name, String(value)]);
  return {
    "content-type": "application/x-www-form-urlencoded",
    body: new URLSearchParams(fields).toString(),
  };
}
