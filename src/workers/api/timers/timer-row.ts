import * as z from "zod";
import type { TimerInput, TimerPatch, TimerStatus } from "#contracts/timer";
import { nextTick } from "#contracts/timer-schedule";
import type { ShownTimer } from "#workers/api/timers/timer-routes";
import type { FieldProblem } from "#workers/shared/envelope";

/** Our names and those of the border. */
const borderNames = {
  cron: "cron",
  intervalSeconds: "interval_seconds",
  timezone: "timezone",
  action: "action",
  payload: "payload",
  isEnabled: "enabled",
  onlyWhenLive: "only_when_live",
  minLines: "min_lines_since_last",
} as const satisfies Record<keyof TimerInput, string>;

/** Our names and the columns. */
export const timerColumns = {
  cron: "cron",
  intervalSeconds: "interval_seconds",
  timezone: "timezone",
  action: "action",
  payload: "payload",
  isEnabled: "is_enabled",
  onlyWhenLive: "only_when_live",
  minLines: "min_lines",
} as const satisfies Record<keyof TimerInput, string>;

/** A row as Postgres writes it in JSON. */
export const timerRow = z.object({
  id: z.int(),
  community_id: z.int(),
  entity_id: z.string(),
  cron: z.string().nullable(),
  interval_seconds: z.int().nullable(),
  timezone: z.string(),
  action: z.enum(["message", "command"]),
  payload: z.string(),
  is_enabled: z.boolean(),
  only_when_live: z.boolean(),
  min_lines: z.int(),
  role: z.string(),
  since: z.string(),
  created_by: z.string(),
  created_at: z.string(),
});
export type TimerRow = z.infer<typeof timerRow>;

/** A request's fields under our names; a field that is not there stays away. */
export function timerFromBorder(given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const pairs = Object.entries(borderNames).map(([ours, theirs]) => [ours, given[theirs]] as const);
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
}

export function timerProblems(error: z.ZodError): FieldProblem[] {
  const names: Readonly<Record<string, string>> = borderNames;
  return error.issues.map(({ path, message }) => {
    const [first = "(body)"] = path.map(String);
    return { field: names[first] ?? first, message };
  });
}

/** A row's own decisions with a change laid over them. */
export function withPatch(row: TimerRow, patch: TimerPatch): Record<keyof TimerInput, unknown> {
  return {
    cron: row.cron,
    intervalSeconds: row.interval_seconds,
    timezone: row.timezone,
    action: row.action,
    payload: row.payload,
    isEnabled: row.is_enabled,
    onlyWhenLive: row.only_when_live,
    minLines: row.min_lines,
    ...patch,
  };
}

/** `status` is the channel's own word; without it the next run is what the schedule says. */
export function toShown(row: TimerRow, status: TimerStatus | undefined, now: number): ShownTimer {
  const { is_enabled, min_lines, since, ...rest } = row;
  const { cron, interval_seconds: intervalSeconds, timezone } = row;
  const schedule = { cron, intervalSeconds, timezone, since: Date.parse(since) };
  const next = is_enabled ? (status?.nextRunAt ?? nextTick(schedule, now)) : undefined;
  return {
    ...rest,
    enabled: is_enabled,
    min_lines_since_last: min_lines,
    last_run: momentOf(status?.lastRunAt),
    next_run: momentOf(next),
  };
}

function momentOf(at: number | null | undefined): string | null {
  return at === null || at === undefined ? null : new Date(at).toISOString();
}
