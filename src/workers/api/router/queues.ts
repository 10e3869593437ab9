import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import * as z from "zod";
import { type ChannelService, type deadLetter, queueStats } from "#contracts/channel";
import { channelStub } from "#durable-objects/stubs";
import { failures, jsonBody, ok } from "#workers/api/answers";
import type { ApiBindings } from "#workers/api/bindings";
import { makeRoutes } from "#workers/api/make-routes";
import { seeEntity } from "#workers/api/router/entities-seen";
import { entityIdField, limitText, line, moment } from "#workers/api/router/fields";
import { failure, success } from "#workers/shared/envelope";

const tags = ["queues"];
const entity = z.strictObject({ entity_id: entityIdField });
const replayed = z.object({ replayed_count: z.int() });

const shownLetter = z.object({
  id: z.string(),
  kind: z.enum(["event", "send"]),
  event_id: z.string(),
  summary: z.string(),
  error: z.string(),
  attempts: z.int(),
  at: z.string(),
  replayed_at: z.string().nullable(),
});

const list = createRoute({
  method: "get",
  path: "/dead-letters",
  tags,
  summary: "What a channel gave up on, with the reason, newest first",
  request: {
    query: entity.extend({ from: moment.optional(), to: moment.optional(), limit: limitText(500, 100) }),
  },
  responses: {
    200: ok(z.object({ dead_letters: z.array(shownLetter), count: z.int() })),
    ...failures(400, 401, 403, 404),
  },
});

const replayOne = createRoute({
  method: "post",
  path: "/dead-letters/{id}/replay",
  tags,
  summary: "Put one back into its queue; effects that happened before do not happen again",
  request: { params: z.strictObject({ id: line(2000) }), query: entity },
  responses: { 200: ok(replayed), ...failures(400, 401, 403, 404) },
});

const replayRange = createRoute({
  method: "post",
  path: "/dead-letters/replay",
  tags,
  summary: "The same for all of a time range, both ends included",
  request: {
    body: jsonBody(
      entity
        .extend({ from: moment, to: moment })
        .refine(({ from, to }) => Date.parse(from) <= Date.parse(to), {
          path: ["to"],
          message: "Must not be before from",
        }),
    ),
  },
  responses: { 200: ok(replayed), ...failures(400, 401, 403, 404, 413, 415) },
});

const statistics = createRoute({
  method: "get",
  path: "/queues",
  tags,
  summary: "What waits in a channel's streams, what is in the middle and what was given up",
  request: { query: entity },
  responses: { 200: ok(z.object({ queues: z.array(queueStats) })), ...failures(400, 401, 403, 404) },
});

type QueueReader = Pick<ChannelService, "deadLetters" | "replayDeadLetters" | "queueStats">;
const noChannel = "There is no such channel.";

/** A key that may only read is nobody who puts letters back; a person is who their role in the community makes them. */
async function seeChannel(c: Context<ApiBindings>, entityId: string) {
  const { kind, roles } = c.get("principal");
  const isReader = kind === "key" && roles.every((role) => role === "user");
  return isReader ? undefined : seeEntity(c, entityId);
}

/** Inbox and outbox of one channel (60-infrastructure, QUE-4 and QUE-6). */
export function queueRoutes() {
  return makeRoutes()
    .openapi(list, async (c) => {
      const { entity_id, from, to, limit } = c.req.valid("query");
      if (!(await seeChannel(c, entity_id))) return failure(c, 404, noChannel);
      const channel: QueueReader = channelStub(c.env.CHANNEL, entity_id);
      const letters = await channel.deadLetters({
        limit,
        ...(from === undefined ? {} : { from: Date.parse(from) }),
        ...(to === undefined ? {} : { to: Date.parse(to) }),
      });
      return success(c, { dead_letters: letters.map(toShown), count: letters.length });
    })
    .openapi(replayRange, async (c) => {
      const { entity_id, from, to } = c.req.valid("json");
      if (!(await seeChannel(c, entity_id))) return failure(c, 404, noChannel);
      const channel: QueueReader = channelStub(c.env.CHANNEL, entity_id);
      const range = { from: Date.parse(from), to: Date.parse(to) };
      return success(c, { replayed_count: await channel.replayDeadLetters(range) });
    })
    .openapi(replayOne, async (c) => {
      const { entity_id } = c.req.valid("query");
      if (!(await seeChannel(c, entity_id))) return failure(c, 404, noChannel);
      const channel: QueueReader = channelStub(c.env.CHANNEL, entity_id);
      const count = await channel.replayDeadLetters({ id: c.req.valid("param").id });
      return count > 0 ? success(c, { replayed_count: count }) : failure(c, 404, "There is no such letter.");
    })
    .openapi(statistics, async (c) => {
      const { entity_id } = c.req.valid("query");
      if (!(await seeChannel(c, entity_id))) return failure(c, 404, noChannel);
      const channel: QueueReader = channelStub(c.env.CHANNEL, entity_id);
      return success(c, { queues: await channel.queueStats() });
    });
}

function toShown(letter: z.infer<typeof deadLetter>): z.infer<typeof shownLetter> {
  const { id, kind, eventId, summary, error, attempts, at, replayedAt } = letter;
  return {
    id,
    kind,
    event_id: eventId,
    summary,
    error,
    attempts,
    at: new Date(at).toISOString(),
    replayed_at: replayedAt === null ? null : new Date(replayedAt).toISOString(),
  };
}
