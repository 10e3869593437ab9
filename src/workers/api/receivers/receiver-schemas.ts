import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { failures, ok } from "#workers/api/answers";
import { entityIdField, limitText, line, moment, rowIdText } from "#workers/api/router/fields";

const tags = ["receivers"];

const shownReceiver = z.object({
  module_name: z.string(),
  module_version: z.string(),
  platform: z.string(),
  endpoint_url: z.string().describe("A path is below the edge's own address"),
  status: z.string(),
  last_heartbeat: z.string().nullable(),
  last_gap: z
    .object({ from: z.string(), to: z.string() })
    .nullable()
    .describe("The last time nobody listened on a socket of this platform; null when none is known"),
});

const gapQuery = z.strictObject({ platform: line(32).optional(), limit: limitText(1000, 100) });
const shownGap = z.object({
  id: z.string(),
  platform: z.string(),
  connection: z.string().describe("`discord:<shard>` or `irc:<network>`"),
  gateway: z.string().describe("Who listens since"),
  from: z.string(),
  to: z.string(),
  seconds: z.number(),
});
export type ShownGap = z.infer<typeof shownGap>;

export const logQuery = z
  .strictObject({
    community_id: rowIdText.optional().describe("Needed unless the caller sees all communities"),
    entity_id: entityIdField.optional(),
    platform: line(32).optional(),
    type: line(64).optional(),
    user: line(300).optional().describe("`platform:user id`; activities only"),
    from: moment.optional(),
    to: moment.optional().describe("Both ends are included"),
    before: z
      .string()
      .regex(/^[0-9a-f]{64}$/, "must be the id of a row")
      .optional()
      .describe("The `id` of the last row of the page before"),
    limit: limitText(500, 100),
  })
  .refine(({ from, to }) => !from || !to || Date.parse(from) <= Date.parse(to), {
    path: ["to"],
    message: "Must not be before from",
  });
export type LogQuery = z.infer<typeof logQuery>;

const place = {
  id: z.string(),
  event_id: z.string(),
  entity_id: z.string(),
  community_id: z.int(),
  platform: z.string(),
  occurred_at: z.string(),
};
export const shownEvent = z.object({
  ...place,
  type: z.string(),
  platform_ids: z.record(z.string(), z.string()),
  event_data: z.record(z.string(), z.unknown()),
  processed: z.boolean(),
});
export const shownActivity = z.object({
  ...place,
  activity_type: z.string(),
  user: z.string().describe("`platform:user id`"),
  user_name: z.string(),
  amount: z
    .number()
    .nullable()
    .describe(
      "Bits, gifts, viewers, minutes or a currency's smallest unit; null where there is nothing to count",
    ),
  context_sent: z.boolean(),
});

export const listReceivers = createRoute({
  method: "get",
  path: "/",
  tags,
  summary: "Every receiver and collector, with its last heartbeat",
  responses: { 200: ok(z.object({ receivers: z.array(shownReceiver) })), ...failures(401, 403) },
});

export const listGaps = createRoute({
  method: "get",
  path: "/gaps",
  tags,
  summary: "When nobody listened on a socket, and what was said then is lost; the latest first",
  request: { query: gapQuery },
  responses: {
    200: ok(z.object({ gaps: z.array(shownGap), count: z.int() })),
    ...failures(400, 401, 403),
  },
});

export const listEvents = createRoute({
  method: "get",
  path: "/events",
  tags,
  summary: "The raw event log, newest first; chat and commands are not in it, and it reaches back 30 days",
  request: { query: logQuery },
  responses: {
    200: ok(z.object({ events: z.array(shownEvent), count: z.int() })),
    ...failures(400, 401, 403, 404),
  },
});

export const listActivities = createRoute({
  method: "get",
  path: "/activities",
  tags,
  summary: "What people did and what it came to, newest first; 365 days",
  request: { query: logQuery },
  responses: {
    200: ok(z.object({ activities: z.array(shownActivity), count: z.int() })),
    ...failures(400, 401, 403, 404),
  },
});
