import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { failures, ok } from "#workers/api/answers";
import { community } from "#workers/api/communities/community-routes";

const counted = z.array(z.object({ type: z.string(), count: z.int() }));

export const shownRefusal = z.object({
  id: z.string().describe("Of the execution, which says why"),
  entity_id: z.string(),
  user_key: z.string(),
  command: z.string().nullable(),
  module: z.string().nullable(),
  status: z.enum(["refused", "failed"]),
  code: z.string().nullable(),
  executed_at: z.string(),
});

/** What the database knows; queues are asked of the channels themselves. */
export const overviewFacts = z.object({
  channels: z.array(
    z.object({
      entity_id: z.string(),
      platform: z.string(),
      last_event_at: z.string().nullable(),
    }),
  ),
  subscriptions: z.object({ enabled: z.int(), waiting: z.int(), needs_owner: z.int() }),
  since: z.string(),
  is_since_stream: z.boolean(),
  activities: counted,
  executions: counted,
  throttled: z.int(),
  refusals: z.array(shownRefusal),
});
export type OverviewFacts = z.infer<typeof overviewFacts>;

const queue = z
  .object({ waiting: z.int(), dead: z.int(), oldest_age_ms: z.int() })
  .nullable()
  .describe("Null: the channel did not answer in time, or was not asked");

export const showOverview = createRoute({
  method: "get",
  path: "/{community_id}/overview",
  tags: ["communities"],
  summary: "How a community's bot is, what happened since the last stream, and what the bot refused to do",
  request: { params: community },
  responses: {
    200: ok(
      overviewFacts.extend({
        channels: z.array(overviewFacts.shape.channels.element.extend({ queue })),
        since: z.string().describe("The end of the last stream; without one, seven days ago"),
        throttled: z.int().describe("Commands of the last hour turned away because they came too often"),
      }),
    ),
    ...failures(400, 401, 403, 404, 429),
  },
});
