import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import * as z from "zod";
import { failures, jsonBody, ok } from "#workers/api/answers";
import type { ApiBindings } from "#workers/api/bindings";
import { makeRoutes } from "#workers/api/make-routes";
import { type EventReply, eventReply } from "#workers/api/router/event-reply";
import { type EventRequest, eventRequest } from "#workers/api/router/event-request";
import { fenceHeader, runEvent } from "#workers/api/router/run-event";
import { type ReadEvent, toPlatformEvent } from "#workers/api/router/to-platform-event";
import { failure, problemsOf, success } from "#workers/shared/envelope";

const tags = ["router"];
const maxBatch = 100;
const noChannel = "There is no such channel.";
const claimOver = "That claim on the channel is over: another collector holds it.";
const headers = z.object({
  [fenceHeader]: z
    .string()
    .regex(/^[1-9]\d{0,14}$/, "must be the number the claim came with")
    .optional()
    .describe("The `fencing` of the claim the caller works under; with an old one nothing is run"),
});

const one = createRoute({
  method: "post",
  path: "/events",
  tags,
  summary: "One event from a platform; waits for what the bot says to it",
  request: { headers, body: jsonBody(eventRequest) },
  responses: { 200: ok(eventReply), ...failures(400, 401, 403, 404, 409, 413, 415, 429) },
});

const skipped = z.object({
  index: z.int(),
  problems: z.array(z.object({ field: z.string(), message: z.string() })),
});
const batchReply = z.object({
  processed_count: z.int().describe("Items that could be read and were run"),
  total_count: z.int(),
  successful_count: z.int(),
  failed_count: z.int().describe("All others, the skipped ones included"),
  avg_execution_time_ms: z.number(),
  results: z.array(eventReply.extend({ index: z.int() })),
  skipped: z.array(skipped).describe("Items that are no event, each with what is wrong"),
});
const many = createRoute({
  method: "post",
  path: "/events/batch",
  tags,
  summary: `Up to ${maxBatch} events at once; those of one channel keep their order`,
  request: { headers, body: jsonBody(z.strictObject({ events: z.array(z.unknown()).min(1).max(maxBatch) })) },
  responses: { 200: ok(batchReply), ...failures(400, 401, 403, 413, 415, 429) },
});

/** The intake (10-router §1.1). */
export function eventRoutes() {
  return makeRoutes()
    .openapi(one, async (c) => {
      const request = c.req.valid("json");
      const read = toPlatformEvent(request, arrivalOf(c));
      if (!read.ok) return failure(c, 400, "The request is not valid.", read.problems);
      const reply = await runEvent(c, read, request);
      if (reply === "fenced") return failure(c, 409, claimOver);
      return reply === "missing" ? failure(c, 404, noChannel) : success(c, reply);
    })
    .openapi(many, async (c) => {
      const { events } = c.req.valid("json");
      const outcomes = await Promise.all(events.map((item, index) => runItem(c, item, index)));
      const results = outcomes.flatMap(({ result }) => (result ? [result] : []));
      const successful = results.filter((result) => result.success).length;
      const totalMs = results.reduce((sum, { execution_time_ms }) => sum + execution_time_ms, 0);
      return success(c, {
        processed_count: results.length,
        total_count: events.length,
        successful_count: successful,
        failed_count: events.length - successful,
        avg_execution_time_ms: results.length === 0 ? 0 : totalMs / results.length,
        results,
        skipped: outcomes.flatMap(({ skip }) => (skip ? [skip] : [])),
      });
    });
}

interface ItemOutcome {
  result?: EventReply & { index: number };
  skip?: z.infer<typeof skipped>;
}

/** One bad item must not cost the others. */
async function runItem(c: Context<ApiBindings>, item: unknown, index: number): Promise<ItemOutcome> {
  const parsed = eventRequest.safeParse(item);
  if (!parsed.success) return { skip: { index, problems: problemsOf(parsed.error) } };
  const request: EventRequest = parsed.data;
  const read: ReadEvent = toPlatformEvent(request, arrivalOf(c));
  if (!read.ok) return { skip: { index, problems: read.problems } };
  const reply = await runEvent(c, read, request);
  if (reply === "missing") return { skip: { index, problems: [{ field: "entity_id", message: noChannel }] } };
  if (reply === "fenced") return { skip: { index, problems: [{ field: fenceHeader, message: claimOver }] } };
  return { result: { ...reply, index } };
}

function arrivalOf(c: Context<ApiBindings>) {
  return { now: Date.now(), correlationId: c.get("correlationId"), newId: () => crypto.randomUUID() };
}
