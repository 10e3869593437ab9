import { expect, test } from "vitest";
import type { Execution } from "#contracts/execution";
import { aChatEvent } from "#test/fakes/events";
import { toEventReply } from "#workers/api/router/event-reply";

const event = aChatEvent({ text: "!ping" });
const call = { key: "k", module: "core", handler: "ping", mode: "sequential" as const, outcome: "success" };

function anExecution(facts: Partial<Execution> = {}): Execution {
  return {
    id: "exec",
    eventId: event.id,
    entityId: event.entityId,
    communityId: 2,
    sessionId: "sess_1",
    correlationId: "c",
    messageType: "chatMessage",
    user: { id: "twitch:7", name: "Pingu", role: "member" },
    trigger: { kind: "command", text: "!ping" },
    rights: null,
    module: "core",
    handler: "ping",
    status: "success",
    code: null,
    message: null,
    steps: [],
    responses: [],
    calls: [{ ...call, startedAt: 1000, finishedAt: 1040 }],
    retryCount: 0,
    rules: [],
    chain: [],
    startedAt: 1000,
    finishedAt: 1050,
    ...facts,
  };
}

test("RTR-2 a command that ran", () => {
  const reply = toEventReply(event, {
    kind: "done",
    execution: anExecution(),
    replies: ["pong", "and more"],
  });
  expect(reply).toEqual({
    success: true,
    processed: true,
    command: "ping",
    status_code: 200,
    message: null,
    response: "pong\nand more",
    execution_id: "exec",
    execution_time_ms: 50,
    session_id: "sess_1",
    entity_id: "twitch:1000",
    reputation_processed: true,
    event_modules_executed: 0,
    module_results: [
      {
        module: "core",
        handler: "ping",
        mode: "sequential",
        success: true,
        outcome: "success",
        execution_time_ms: 40,
        started_at: "1970-01-01T00:00:01.000Z",
        finished_at: "1970-01-01T00:00:01.040Z",
      },
    ],
    string_match: null,
  });
});

test.each([
  ["not_found", 404],
  ["disabled", 403],
  ["forbidden", 403],
  ["rate_limited", 429],
  ["cooldown", 429],
  ["timeout", 408],
  ["internal", 500],
  ["a code of tomorrow", 500],
])("a refusal %s is status %i in the result", (code, status) => {
  const execution = anExecution({ status: "refused", code, message: "no" });
  expect(toEventReply(event, { kind: "done", execution, replies: [] })).toMatchObject({
    success: false,
    processed: true,
    status_code: status,
    message: "no",
    response: null,
  });
});

test("RTR-1 plain chat is not processed, and that is a success", () => {
  const execution = anExecution({
    trigger: { kind: "none", text: "" },
    status: "ignored",
    calls: [],
    message: "x",
  });
  expect(toEventReply(event, { kind: "done", execution, replies: [] })).toMatchObject({
    success: true,
    processed: false,
    message: "Not a command",
    command: null,
  });
});

test("what is late, repeated, contradicting or nobody's says so", () => {
  expect(toEventReply(event, { kind: "deferred", sessionId: "s" })).toMatchObject({
    success: true,
    status_code: 202,
  });
  expect(toEventReply(event, { kind: "conflict" })).toMatchObject({ success: false, status_code: 409 });
  expect(toEventReply(event, { kind: "ignored" })).toMatchObject({
    status_code: 404,
    message: "Community not found for this channel",
  });
  expect(toEventReply(event, { kind: "duplicate", execution: null })).toMatchObject({
    success: true,
    duplicate: true,
  });
  const said = { key: "k", type: "chat", text: "pong", state: "inline" as const, platformMessageIds: [] };
  const execution = anExecution({ responses: [said] });
  expect(toEventReply(event, { kind: "duplicate", execution })).toMatchObject({
    duplicate: true,
    response: "pong",
    reputation_processed: false,
  });
});
