import * as z from "zod";
import { role } from "#contracts/role";
import { isTimezone, whyNotCron } from "#contracts/timer-schedule";

/** How many timers one channel may have, switched off ones included (threats row 31). */
export const timersPerChannel = 100;

const line = (most: number) =>
  z
    .string()
    .max(most)
    .refine((text) => text.isWellFormed() && !text.includes("\0"), "holds characters that cannot be stored");

export const timerAction = z.enum(["message", "command"]);
export type TimerAction = z.infer<typeof timerAction>;

/** One timer that is switched on, as its channel holds it (20-receivers §1.14). */
export const timer = z.object({
  id: z.int().positive(),
  cron: z.string().nullable(),
  intervalSeconds: z.int().positive().nullable(),
  timezone: z.string(),
  /** Epoch milliseconds of the last change of the schedule; ticks up to it are nobody's. */
  since: z.int().nonnegative(),
  action: timerAction,
  /** What is said, or the command line with its prefix. */
  payload: z.string(),
  onlyWhenLive: z.boolean(),
  /** Lines people must have written since it last ran. */
  minLines: z.int().nonnegative(),
  /** The most a command of this timer may do: what its maker might, and never more than a moderator. */
  role,
  /** The accounts of the person who made it; empty when a service did. What they lose, the timer loses. */
  makers: z.array(z.string()),
});
export type Timer = z.infer<typeof timer>;

/** Everything about a timer that its maker decides. */
const fields = {
  cron: line(330).trim(),
  intervalSeconds: z.int().min(60).max(604_800),
  timezone: line(100).refine(isTimezone, "is not the name of a time zone, like Europe/Berlin"),
  action: z.enum(["message", "command", "workflow"]),
  payload: line(500).trim().min(1),
  isEnabled: z.boolean(),
  onlyWhenLive: z.boolean(),
  minLines: z.int().min(0).max(10_000),
};

export const timerInput = z
  .strictObject({
    ...fields,
    cron: fields.cron.nullable().default(null),
    intervalSeconds: fields.intervalSeconds.nullable().default(null),
    timezone: fields.timezone.default("UTC"),
    isEnabled: fields.isEnabled.default(true),
    onlyWhenLive: fields.onlyWhenLive.default(false),
    minLines: fields.minLines.default(0),
  })
  .superRefine((timer, context) => {
    for (const [path, message] of problemsOf(timer))
      context.addIssue({ code: "custom", path: [path], message });
  });
export type TimerInput = z.infer<typeof timerInput>;

/** A change of some fields; the whole is checked together with the rest, by {@link timerInput}. */
export const timerPatch = z
  .strictObject({
    ...fields,
    cron: fields.cron.nullable(),
    intervalSeconds: fields.intervalSeconds.nullable(),
  })
  .partial()
  .refine((patch) => Object.keys(patch).length > 0, "changes nothing");
export type TimerPatch = z.infer<typeof timerPatch>;

type Draft = Pick<TimerInput, "cron" | "intervalSeconds" | "timezone" | "action" | "payload">;

function* problemsOf(timer: Draft): Generator<[field: string, problem: string]> {
  const { cron, intervalSeconds, timezone, action, payload } = timer;
  if (cron === null && intervalSeconds === null) yield ["cron", "or an interval is needed"];
  if (cron !== null && intervalSeconds !== null) yield ["intervalSeconds", "cannot go with cron"];
  if (action === "workflow") yield ["action", "workflow is not available yet: there are no workflows"];
  if (action === "command" && !/^[!#][^\s!#/]/.test(payload))
    yield ["payload", "is a command with its sign, like !so bob"];
  if (cron === null || !isTimezone(timezone)) return;
  const why = whyNotCron(cron, timezone);
  if (why !== undefined) yield ["cron", why];
}

/** What a channel knows of its timers beyond the snapshot. Times are epoch milliseconds. */
export interface TimerStatus {
  id: number;
  lastRunAt: number | null;
  nextRunAt: number | null;
}
