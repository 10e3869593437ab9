import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import * as z from "zod";
import type { ChannelService } from "#contracts/channel";
import { parseExecutionId } from "#contracts/ids";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import { productVersion } from "#contracts/version";
import { openDatabase } from "#db/client";
import { isSessionOf } from "#durable-objects/channel/make-execution";
import { channelStub } from "#durable-objects/stubs";
import { makeLog } from "#lib/log";
import { sha256Hex } from "#lib/sha256";
import { failures, jsonBody, ok } from "#workers/api/answers";
import type { ApiBindings } from "#workers/api/bindings";
import { makeRoutes } from "#workers/api/make-routes";
import { seeEntity } from "#workers/api/router/entities-seen";
import { entityIdField, flag, limitText, line } from "#workers/api/router/fields";
import {
  type ReadResponse,
  type ResponseRequest,
  readResponse,
  responseActions,
  responseRequest,
} from "#workers/api/router/response-request";
import {
  listResponses,
  type NewResponse,
  shorten,
  shownResponse,
  storeResponse,
} from "#workers/api/router/response-store";
import { failure, success } from "#workers/shared/envelope";

const log = makeLog({ module: "api", version: productVersion });
const tags = ["responses"];
const listed = z.object({ responses: z.array(shownResponse.loose()), count: z.int() });
const noExecution = "There is no such execution.";

const post = createRoute({
  method: "post",
  path: "/responses",
  tags,
  summary:
    "A module's answer after its call is over; shown where its action belongs, once however often it is sent",
  request: {
    headers: z.object({
      "idempotency-key": z
        .string()
        .regex(/^[\w.:-]{1,128}$/, "1 to 128 letters, digits and _ . : -")
        .optional()
        .describe("Names this answer. Without it, the same answer in the same session is the same one"),
    }),
    body: jsonBody(responseRequest),
  },
  responses: { 200: ok(z.object({ response_id: z.int() })), ...failures(400, 401, 403, 404, 413, 415, 503) },
});

const recent = createRoute({
  method: "get",
  path: "/responses/recent",
  tags,
  summary: "The last answers, newest first, long texts cut",
  request: {
    query: z.strictObject({
      module_name: line(64).optional(),
      response_action: z.enum(responseActions).optional(),
      success_only: flag.optional(),
      limit: limitText(500, 50),
    }),
  },
  responses: { 200: ok(listed), ...failures(400, 401, 403) },
});

const ofExecution = createRoute({
  method: "get",
  path: "/responses/{execution_id}",
  tags,
  summary: "The answers to one execution, newest first",
  request: { params: z.strictObject({ execution_id: line(2200) }) },
  responses: { 200: ok(listed), ...failures(400, 401, 403, 404) },
});

const session = createRoute({
  method: "get",
  path: "/sessions/{id}",
  tags,
  summary: "A live session; asking gives it another hour",
  request: { params: z.strictObject({ id: line(64) }), query: z.strictObject({ entity_id: entityIdField }) },
  responses: {
    200: ok(z.object({ session_id: z.string(), entity_id: z.string(), request_count: z.int() })),
    ...failures(400, 401, 403, 404),
  },
});

type Answerer = Pick<ChannelService, "respond" | "session" | "executions">;

/** Late answers and the sessions they need (10-router §1.3, §1.4). */
export function responseRoutes() {
  return makeRoutes()
    .openapi(post, async (c) => {
      const request = c.req.valid("json");
      const read = readResponse(request);
      if (!read.ok) return failure(c, 400, "The request is not valid.", read.problems);
      const place = parseExecutionId(request.execution_id);
      const entity = place && (await seeEntity(c, place.entityId));
      if (!entity) return failure(c, 404, noExecution);
      const key = c.req.valid("header")["idempotency-key"];
      const delivered = await deliver(c, place, key === undefined ? request : { ...request, key }, read);
      if (!delivered.ok)
        return failure(c, delivered.code === "forbidden" ? 403 : 404, delivered.message ?? noExecution);
      const response_id = await record(c, {
        idempotencyKey: delivered.value,
        executionId: request.execution_id,
        sessionId: request.session_id,
        communityId: entity.communityId,
        moduleName: request.module_name,
        success: request.success,
        action: request.response_action,
        fields: read.stored,
        errorMessage: request.error_message ?? null,
        processingTimeMs: request.processing_time_ms ?? null,
      });
      return success(c, { response_id });
    })
    .openapi(recent, async (c) => {
      const { module_name, response_action, success_only, limit } = c.req.valid("query");
      const responses = await listResponses(openDatabase(c.env), {
        communityId: c.get("principal").communityId,
        moduleName: module_name,
        action: response_action,
        successOnly: success_only,
        limit,
      });
      return success(c, { responses: responses.map(shorten), count: responses.length });
    })
    .openapi(ofExecution, async (c) => {
      const { execution_id } = c.req.valid("param");
      const place = parseExecutionId(execution_id);
      const entity = place && (await seeEntity(c, place.entityId));
      if (!entity) return failure(c, 404, noExecution);
      const filter = { communityId: entity.communityId, executionId: execution_id, limit: 500 };
      const responses = await listResponses(openDatabase(c.env), filter);
      return success(c, { responses, count: responses.length });
    })
    .openapi(session, async (c) => {
      const { id } = c.req.valid("param");
      const { entity_id } = c.req.valid("query");
      const channel = (await seeEntity(c, entity_id)) ? answererOf(c, entity_id) : undefined;
      const found = await channel?.session(id);
      if (!found) return failure(c, 404, "There is no such session, or it is over.");
      return success(c, { session_id: id, entity_id: found.entityId, request_count: found.requestCount });
    });
}

function answererOf(c: Context<ApiBindings>, entityId: string): Answerer {
  return channelStub(c.env.CHANNEL, entityId);
}

/**
 * Under the key the channel keeps it by: sent again, it is one answer and one row. So whoever is told that the row could not
 * be written may simply send it again.
 */
async function record(c: Context<ApiBindings>, response: NewResponse): Promise<number> {
  try {
    return await storeResponse(openDatabase(c.env), response);
  } catch (error) {
    const correlationId = c.get("correlationId");
    const action = "response.store";
    log({ level: "ERROR", category: "ERROR", action, result: "FAILURE", correlationId, details: { error } });
    const message =
      "The answer was given, but could not be noted. Send it again: it will not be shown twice.";
    throw new HTTPException(503, { message });
  }
}

/** The key the answer is kept by. A failure without anything to show is only noted, but its session must be as good. */
async function deliver(
  c: Context<ApiBindings>,
  { entityId, eventId }: { entityId: string; eventId: string },
  { key, ...request }: ResponseRequest & { key?: string },
  { response }: ReadResponse,
): Promise<Outcome<string>> {
  const { session_id: sessionId, module_name: module } = request;
  const channel = answererOf(c, entityId);
  if (response) {
    const late = { eventId, sessionId, module, response };
    const given = await channel.respond(key === undefined ? late : { ...late, key });
    return given.ok ? succeed(given.value.key) : given;
  }
  const [found] = await channel.executions({ eventId, limit: 1 });
  if (!found) return refuse("not_found", { message: noExecution });
  if (!isSessionOf(sessionId, entityId))
    return refuse("forbidden", { message: "That session is another channel's." });
  const live = await channel.session(sessionId);
  if (!live) return refuse("not_found", { message: "That session is over." });
  return succeed(`note/${await sha256Hex(key ?? JSON.stringify(request))}`);
}
