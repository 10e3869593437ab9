import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { timerInput, timerPatch } from "#contracts/timer";
import { failures, jsonBody, ok } from "#workers/api/answers";
import { entityIdField, limitText, rowIdText } from "#workers/api/router/fields";

const tags = ["timers"];
const community = z.strictObject({ community_id: rowIdText });
const one = community.extend({ timer_id: rowIdText });

const { shape } = timerInput;
const fields = {
  cron: shape.cron.describe("Five fields: minute hour day month weekday. This or an interval"),
  interval_seconds: shape.intervalSeconds.describe("Counted from the last change of the schedule"),
  timezone: shape.timezone.describe("An IANA name; what cron's hours are hours of"),
  action: shape.action.describe("message says the payload, command runs it; workflow is not available yet"),
  payload: shape.payload,
  enabled: shape.isEnabled,
  only_when_live: shape.onlyWhenLive,
  min_lines_since_last: shape.minLines.describe(
    "Lines people, not bots, must have written since it last ran",
  ),
};
export const newTimer = z.strictObject({ entity_id: entityIdField, ...fields });

const partial = timerPatch.shape;
export const timerChange = z
  .strictObject({
    cron: partial.cron,
    interval_seconds: partial.intervalSeconds,
    timezone: partial.timezone,
    action: partial.action,
    payload: partial.payload,
    enabled: partial.isEnabled,
    only_when_live: partial.onlyWhenLive,
    min_lines_since_last: partial.minLines,
  })
  .refine((patch) => Object.keys(patch).length > 0, "changes nothing");

const moment = z.string().nullable();
export const shownTimer = z.object({
  id: z.int(),
  community_id: z.int(),
  entity_id: z.string(),
  cron: z.string().nullable(),
  interval_seconds: z.int().nullable(),
  timezone: z.string(),
  action: z.enum(["message", "command"]),
  payload: z.string(),
  enabled: z.boolean(),
  only_when_live: z.boolean(),
  min_lines_since_last: z.int(),
  role: z.string().describe("The most its commands may do"),
  last_run: moment.describe("Null when it never ran, and when its channel could not be asked"),
  next_run: moment.describe("Null while it is switched off"),
  created_by: z.string(),
  created_at: z.string(),
});
export type ShownTimer = z.infer<typeof shownTimer>;
const shown = z.object({ timer: shownTimer });

const base = "/{community_id}/timers";
const usual = failures(400, 401, 403, 404, 429);

export const list = createRoute({
  method: "get",
  path: base,
  tags,
  summary: "A community's timers with their last and next run, by id",
  request: {
    params: community,
    query: z.strictObject({
      entity_id: entityIdField.optional(),
      after: z.coerce.number().int().min(0).max(2_147_483_647).default(0),
      limit: limitText(100, 100),
    }),
  },
  responses: { 200: ok(z.object({ timers: z.array(shownTimer), count: z.int() })), ...usual },
});

export const create = createRoute({
  method: "post",
  path: base,
  tags,
  summary: "A new timer of one channel",
  request: { params: community, body: jsonBody(newTimer) },
  responses: { 201: ok(shown, "Made"), ...usual, ...failures(409, 413, 415) },
});

export const get = createRoute({
  method: "get",
  path: `${base}/{timer_id}`,
  tags,
  summary: "One timer",
  request: { params: one },
  responses: { 200: ok(shown), ...usual },
});

export const update = createRoute({
  method: "put",
  path: `${base}/{timer_id}`,
  tags,
  summary: "Change some fields of a timer; it then runs with the rights of whoever changed it",
  request: { params: one, body: jsonBody(timerChange) },
  responses: { 200: ok(shown), ...usual, ...failures(409, 413, 415) },
});

export const remove = createRoute({
  method: "delete",
  path: `${base}/{timer_id}`,
  tags,
  summary: "Remove a timer",
  request: { params: one },
  responses: { 200: ok(z.object({ id: z.int() })), ...usual },
});
