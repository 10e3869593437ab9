import * as z from "zod";
import type { AttemptOutcome } from "#contracts/execution-target";
import { type ModuleResult, moduleResult } from "#contracts/module";
import { type Refusal, refuse } from "#contracts/outcome";
import type { ModuleResponse } from "#contracts/response";
import type { HttpReply } from "#executors/http-send";
import { plainText } from "#executors/plain-text";
import { parseRetryAfter } from "#lib/retry";

/** Longest answer of code that is not ours (threats row 18). */
export const maxReplyBytes = 4096;

const maxChatLength = 4000;
const maxReasonLength = 300;

/** The module SDK's answer (80-details-a §2.7). `data` and `targets` name nothing a channel could show. */
const sdkReply = z.object({
  success: z.boolean(),
  message: z.string().nullish(),
  error: z.string().nullish(),
});

/**
 * What a target's answer means. It is a stranger's: only status 200 is success, its shape is checked again, its text
 * is taken as plain text, and it causes no effects, since nobody has granted it any.
 */
export function interpretReply(reply: HttpReply, module: string, now: number): AttemptOutcome {
  if (reply.status !== 200) return refuseStatus(reply, module, now);
  const value = parseJson(reply.body);
  const theirs = sdkReply.safeParse(value);
  if (theirs.success) return interpretSdkReply(theirs.data, reply.status, module);
  const ours = moduleResult.safeParse(value);
  if (ours.success)
    return { ok: true, value: { responses: ours.data.responses.flatMap(asPlain), effects: [] } };
  return refuse("internal", { message: `The ${module} module gave an answer I could not understand.` });
}

/** What a call that got no answer means; people are told which module it was. */
export function explainRefusal(refusal: Refusal, module: string): Refusal {
  if (refusal.code === "timeout")
    return { ...refusal, message: `The ${module} module took too long. Please try again.` };
  if (refusal.code === "too_large")
    return { ...refusal, message: `The ${module} module gave an answer that is too long.` };
  if (refusal.code === "forbidden")
    return { ...refusal, message: `The ${module} module has an address that may not be called.` };
  return { ...refusal, message: `The ${module} module is not available right now.` };
}

/** Handed over and not waited for. */
export function nothingYet(): { ok: true; value: ModuleResult } {
  return { ok: true, value: { responses: [], effects: [] } };
}

function refuseStatus({ status, headers }: HttpReply, module: string, now: number): AttemptOutcome {
  if (status !== 429)
    return {
      ...refuse("internal", { message: `The ${module} module could not do that right now.` }),
      httpStatus: status,
    };
  const retryAfterMs = parseRetryAfter(headers["retry-after"], now);
  const message = `The ${module} module is busy. Please try again in a moment.`;
  return {
    ...refuse("rate_limited", retryAfterMs === undefined ? { message } : { message, retryAfterMs }),
    httpStatus: 429,
  };
}

function interpretSdkReply(
  { success, message, error }: z.infer<typeof sdkReply>,
  httpStatus: number,
  module: string,
): AttemptOutcome {
  if (!success) {
    const [reason = ""] = plainText(error ?? message ?? "", maxReasonLength).split("\n");
    return {
      ...refuse("bad_request", { message: reason || `The ${module} module could not do that.` }),
      httpStatus,
    };
  }
  const text = plainText(message ?? "", maxChatLength);
  return { ok: true, value: { responses: text ? [{ type: "chat", text }] : [], effects: [] } };
}

/** A response with its text as plain text, what was HTML shown as letters; none when no text is left to show. */
function asPlain(response: ModuleResponse): ModuleResponse[] {
  switch (response.type) {
    case "chat":
    case "ticker": {
      const text = plainText(response.text, maxChatLength);
      return text ? [{ ...response, text }] : [];
    }
    case "general":
      return [{ ...response, contentType: "text", content: plainText(response.content, 5000) }];
    case "form":
      return [{ ...response, title: plainText(response.title, 255) }];
    case "alert": {
      const name = plainText(response.name, 100);
      return name ? [{ ...response, name, text: plainText(response.text, 200) }] : [];
    }
    case "music": {
      const title = plainText(response.title, 200);
      const [artist, album] = [plainText(response.artist, 200), plainText(response.album, 200)];
      return title ? [{ ...response, title, artist, album }] : [];
    }
    case "goal": {
      const title = plainText(response.title, 100);
      return title ? [{ ...response, title, unit: plainText(response.unit, 20) }] : [];
    }
    case "caption": {
      const text = plainText(response.text, 500);
      return text ? [{ ...response, text, speaker: plainText(response.speaker, 100) }] : [];
    }
    case "media":
      return [response];
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON is one more answer that fits no shape.
    return undefined;
  }
}
