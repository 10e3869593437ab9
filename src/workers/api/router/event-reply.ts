import * as z from "zod";
import type { RunResult } from "#contracts/channel";
import type { PlatformEvent } from "#contracts/event";
import type { Execution } from "#contracts/execution";
import { type OutcomeCode, outcomeStatus } from "#contracts/outcome";
import { sessionIdOf } from "#durable-objects/channel/make-execution";

const moduleResult = z.object({
  module: z.string(),
  handler: z.string(),
  mode: z.string(),
  success: z.boolean(),
  outcome: z.string(),
  execution_time_ms: z.number(),
  started_at: z.string(),
  finished_at: z.string(),
});

/** What came of one event (10-router §1.1 "Result codes"). A refusal stands in here; the HTTP status is 200 then too. */
export const eventReply = z.object({
  success: z.boolean(),
  processed: z.boolean().describe("False for plain chat that nothing reacted to"),
  command: z.string().nullable().describe("Without its prefix"),
  status_code: z.int(),
  message: z.string().nullable(),
  response: z.string().nullable().describe("What the bot says, a line each; the caller shows it"),
  execution_id: z.string().nullable(),
  execution_time_ms: z.number(),
  session_id: z.string(),
  entity_id: z.string(),
  reputation_processed: z.boolean(),
  event_modules_executed: z.int(),
  module_results: z.array(moduleResult),
  string_match: z.object({ rule_id: z.int(), action: z.string() }).nullable(),
  duplicate: z.boolean().optional().describe("This id was handled before; nothing happened again"),
  platform: z.string().optional(),
  interaction_id: z.string().nullable().optional(),
  interaction_token: z.string().nullable().optional(),
});
export type EventReply = z.infer<typeof eventReply>;

/** The channel's word in the words of the API. */
export function toEventReply(event: PlatformEvent, result: RunResult): EventReply {
  switch (result.kind) {
    case "done":
      return {
        ...ofExecution(event, result.execution),
        response: joined(result.replies),
        reputation_processed: true,
      };
    case "duplicate":
      if (!result.execution)
        return { ...nothing(event, 200, "This event was handled before."), duplicate: true };
      return { ...ofExecution(event, result.execution), response: saidIn(result.execution), duplicate: true };
    case "deferred":
      return nothing(event, 202, "Still running. Ask for it with its session id or execution id.");
    case "conflict":
      return nothing(event, 409, "This event id was used for another event.");
    case "ignored":
      return nothing(event, 404, "Community not found for this channel");
  }
}

function nothing(event: PlatformEvent, status: number, message: string): EventReply {
  return {
    success: status < 300,
    processed: false,
    command: null,
    status_code: status,
    message,
    response: null,
    execution_id: null,
    execution_time_ms: 0,
    session_id: sessionIdOf(event),
    entity_id: event.entityId,
    reputation_processed: false,
    event_modules_executed: 0,
    module_results: [],
    string_match: null,
  };
}

function ofExecution(event: PlatformEvent, execution: Execution): EventReply {
  const { trigger, calls, status, finishedAt, startedAt } = execution;
  const isChat = trigger.kind === "none";
  const hit = execution.rules.find(({ isShadow }) => !isShadow);
  return {
    ...nothing(event, statusOf(execution.code), isChat ? "Not a command" : (execution.message ?? "")),
    message: isChat ? "Not a command" : execution.message,
    processed: status !== "ignored",
    command: trigger.kind === "command" ? trigger.text.slice(1) : null,
    execution_id: execution.id,
    execution_time_ms: finishedAt - startedAt,
    session_id: execution.sessionId,
    event_modules_executed: trigger.kind === "event" ? calls.length : 0,
    module_results: calls.map((call) => ({
      module: call.module,
      handler: call.handler,
      mode: call.mode,
      success: call.outcome === "success",
      outcome: call.outcome,
      execution_time_ms: call.finishedAt - call.startedAt,
      started_at: new Date(call.startedAt).toISOString(),
      finished_at: new Date(call.finishedAt).toISOString(),
    })),
    string_match: hit ? { rule_id: hit.id, action: hit.action } : null,
  };
}

function saidIn({ responses }: Execution): string | null {
  return joined(responses.filter(({ type }) => type === "chat").map(({ text }) => text));
}

function joined(replies: readonly string[]): string | null {
  return replies.length > 0 ? replies.join("\n") : null;
}

function statusOf(code: string | null): number {
  if (code === null) return 200;
  return isCode(code) ? outcomeStatus[code] : 500;
}

function isCode(code: string): code is OutcomeCode {
  return Object.hasOwn(outcomeStatus, code);
}
