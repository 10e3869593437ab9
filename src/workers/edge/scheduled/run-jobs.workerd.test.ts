import { expect, test } from "vitest";
import type { LogEntry } from "#lib/log";
import type { ScheduledJob } from "#workers/edge/scheduled/job";
import { jobs } from "#workers/edge/scheduled/jobs";
import { dueJobs, runJobs } from "#workers/edge/scheduled/run-jobs";
import { startCron } from "#workers/edge/scheduled/start-cron";

const aJob = (name: string, everyMinutes: number, run = async () => {}): ScheduledJob<object> => ({
  name,
  everyMinutes,
  run,
});
const at = (hour: number, minute: number) => Date.UTC(2026, 4, 1, hour, minute, 0, 7);
const cron = "* * * * *";

test("a job is due in its minutes, counted from midnight, and all are after a start", () => {
  const all = [aJob("minute", 1), aJob("five", 5), aJob("hour", 60), aJob("day", 1440)];
  const due = (now: number, by = cron) => dueJobs(all, { now, cron: by }).map(({ name }) => name);
  expect(due(at(13, 1))).toEqual(["minute"]);
  expect(due(at(13, 35))).toEqual(["minute", "five"]);
  expect(due(at(13, 0))).toEqual(["minute", "five", "hour"]);
  expect(due(at(0, 0))).toEqual(["minute", "five", "hour", "day"]);
  expect(due(at(13, 1), startCron)).toEqual(["minute", "five", "hour", "day"]);
});

test("a job that fails, at once or later, is told and stops no other", async () => {
  const lines: LogEntry[] = [];
  const ran: string[] = [];
  const all = [
    aJob("throws", 1, () => {
      throw new Error("at once");
    }),
    aJob("rejects", 1, async () => Promise.reject(new Error("later"))),
    aJob("works", 1, async () => void ran.push("works")),
  ];
  await runJobs(all, { env: {}, log: (entry) => lines.push(entry), now: at(1, 1), cron });
  expect(ran).toEqual(["works"]);
  expect(lines.map(({ action, result, details }) => [action, result, details?.["job"]])).toEqual([
    ["job.run", "FAILURE", "throws"],
    ["job.run", "FAILURE", "rejects"],
  ]);
});

test("every job of the house has a name of its own and a period a day can be divided by", () => {
  expect(new Set(jobs.map(({ name }) => name)).size).toBe(jobs.length);
  for (const { everyMinutes } of jobs) expect(1440 % everyMinutes).toBe(0);
});
