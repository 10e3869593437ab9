import { Cron } from "croner";

/** When a timer is due: five cron fields in a time zone, or every so many seconds counted from `since`. */
export interface TimerSchedule {
  cron: string | null;
  intervalSeconds: number | null;
  /** An IANA name. */
  timezone: string;
  /** Epoch milliseconds: no tick at or before it is this schedule's. */
  since: number;
}

/** A tick missed by no more than this still runs, late and once (20-receivers §1.14). */
export const timerGraceMs = 15 * 60_000;

/** Digits, names of months and days, and the four signs every cron knows; the library's own extras are not ours. */
const cronFields = /^[0-9A-Za-z*,/-]{1,64}( [0-9A-Za-z*,/-]{1,64}){4}$/;
const zoneName = /^[A-Za-z][A-Za-z0-9_+-]{0,31}(\/[A-Za-z0-9_+-]{1,31}){0,2}$/;
/** Clocks go back by an hour, on one island by half of it. */
const repeatedAfterMs: readonly number[] = [30 * 60_000, 60 * 60_000];

/** Why these five fields are no schedule, for whoever wrote them; undefined when they are one. */
export function whyNotCron(cron: string, timezone: string): string | undefined {
  if (!cronFields.test(cron) || /[LW]/.test(cron.replace(/[A-Za-z]{2,}/g, "")))
    return "needs five fields, minute hour day month weekday, like */10 * * * *";
  try {
    const first = makeCron(cron, timezone).nextRun(new Date());
    return first === null ? "never comes" : undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^CronPattern: /, "") : "";
    return `cannot be read: ${why}`.slice(0, 200);
  }
}

/** Whether this is the name of a time zone. Offsets like +01:00 are none: they know no summer. */
export function isTimezone(name: string): boolean {
  if (!zoneName.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The first tick after `after`; undefined when none comes. Throws for a cron or zone that was never checked. */
export function nextTick(schedule: TimerSchedule, after: number): number | undefined {
  const from = Math.max(after, schedule.since);
  if (schedule.intervalSeconds !== null) {
    const intervalMs = schedule.intervalSeconds * 1000;
    return schedule.since + (Math.floor((from - schedule.since) / intervalMs) + 1) * intervalMs;
  }
  const cron = cronOf(schedule);
  for (let tick = cron?.nextRun(new Date(from)); tick; tick = cron?.nextRun(tick)) {
    if (!isRepeated(schedule, tick.getTime())) return tick.getTime();
  }
  return undefined;
}

/**
 * The last tick after `after` that is due at `now` and not older than the grace. Earlier ones that were missed with it
 * are run by it: whoever slept through three gets one message, not three.
 */
export function latestTick(schedule: TimerSchedule, after: number, now: number): number | undefined {
  let latest: number | undefined;
  let tick = nextTick(schedule, Math.max(after, now - timerGraceMs - 1));
  while (tick !== undefined && tick <= now) {
    latest = tick;
    tick = nextTick(schedule, tick);
  }
  return latest;
}

/**
 * The hour that comes twice when clocks go back: what names its hours runs in the first of the two only. What runs
 * every hour runs in both, because an hour has passed.
 */
function isRepeated({ cron, timezone }: TimerSchedule, tick: number): boolean {
  if (cron?.split(" ")[1] === "*") return false;
  const shown = wallClock(timezone, tick);
  return repeatedAfterMs.some((ms) => wallClock(timezone, tick - ms) === shown);
}

function wallClock(timeZone: string, at: number): string {
  return formatOf(timeZone).format(at);
}

const formats = new Map<string, Intl.DateTimeFormat>();
const mostFormats = 100;

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  if (formats.size >= mostFormats) formats.clear();
  const made = new Intl.DateTimeFormat("en", { timeZone, dateStyle: "short", timeStyle: "short" });
  formats.set(timeZone, made);
  return made;
}

/** A parsed cron lives as long as the snapshot it came with. */
const parsed = new WeakMap<TimerSchedule, Cron>();

function cronOf(schedule: TimerSchedule): Cron | undefined {
  if (schedule.cron === null) return undefined;
  const known = parsed.get(schedule);
  if (known) return known;
  const made = makeCron(schedule.cron, schedule.timezone);
  parsed.set(schedule, made);
  return made;
}

function makeCron(pattern: string, timezone: string): Cron {
  return new Cron(pattern, { mode: "5-part", timezone, paused: true });
}
