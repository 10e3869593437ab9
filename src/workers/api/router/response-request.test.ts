import { expect, test } from "vitest";
import { readResponse, responseRequest } from "#workers/api/router/response-request";
import { shorten } from "#workers/api/router/response-store";

const base = { execution_id: "e", session_id: "s", module_name: "m", success: true };
const read = (facts: Record<string, unknown>) => readResponse(responseRequest.parse({ ...base, ...facts }));

test("RSP-4 defaults are filled in, in what is stored and in what is shown", () => {
  expect(read({ response_action: "ticker", ticker_text: "t" })).toEqual({
    ok: true,
    stored: { ticker_text: "t", ticker_duration: 10 },
    response: { type: "ticker", text: "t", durationSeconds: 10, priority: 100 },
  });
  expect(read({ response_action: "general", content: "<b>hi</b>" })).toMatchObject({
    stored: { content_type: "html", duration: 10, style: {} },
    response: { type: "general", contentType: "html" },
  });
});

test("what an action needs is named; a failure may come with nothing to show", () => {
  expect(read({ response_action: "form", form_title: "t" })).toMatchObject({
    ok: false,
    problems: [{ field: "form_fields" }, { field: "form_submit_url" }],
  });
  const failed = read({ response_action: "chat", success: false, error_message: "no key" });
  expect(failed).toEqual({ ok: true, stored: {}, response: undefined });
});

test("RSP-6 a list cuts long texts between characters, never through one", () => {
  const row = {
    response_id: 1,
    execution_id: "e".repeat(300),
    session_id: "s",
    module_name: "m",
    success: true,
    response_action: "chat",
    error_message: null,
    processing_time_ms: null,
    created_at: "2026-01-01T00:00:00Z",
    chat_message: `${"a".repeat(99)}🐧🐧`,
    ticker_text: "t".repeat(80),
  };
  const short = shorten(row);
  expect(short["chat_message"]).toBe(`${"a".repeat(99)}🐧`);
  expect(short["ticker_text"]).toBe("t".repeat(50));
  expect(short.execution_id).toHaveLength(300);
});
