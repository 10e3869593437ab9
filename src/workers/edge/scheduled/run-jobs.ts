import type { Log } from "#lib/log";
import { timedOut, within } from "#lib/within";
import type { ScheduledJob } from "#workers/edge/scheduled/job";
import { startCron } from "#workers/edge/scheduled/start-cron";

/** A trigger may run for 15 minutes; what takes longer than this is told, and not waited for. */
export const jobLimitMs = 5 * 60_000;
const minuteMs = 60_000;

/** The jobs of the minute that `now` lies in; all of them after a start. */
export function dueJobs<Env>(
  jobs: readonly ScheduledJob<Env>[],
  { now, cron }: { now: number; cron: string },
): readonly ScheduledJob<Env>[] {
  if (cron === startCron) return jobs;
  const minute = Math.floor(now / minuteMs) % (24 * 60);
  return jobs.filter(({ everyMinutes }) => minute % everyMinutes === 0);
}

/** Runs what is due, side by side. Never rejects: one job that fails is a line in the log. */
export async function runJobs<Env>(
  jobs: readonly ScheduledJob<Env>[],
  { env, log, now, cron }: { env: Env; log: Log; now: number; cron: string },
): Promise<void> {
  await Promise.all(dueJobs(jobs, { now, cron }).map((job) => runJob(job, { env, log, now })));
}

async function runJob<Env>(
  { name, run }: ScheduledJob<Env>,
  { env, log, now }: { env: Env; log: Log; now: number },
): Promise<void> {
  const tellFailed = (error: unknown) =>
    log({
      level: "ERROR",
      category: "ERROR",
      action: "job.run",
      result: "FAILURE",
      details: { job: name, error },
    });
  try {
    if ((await within(run(env, log, now), jobLimitMs)) === timedOut) tellFailed("took too long");
  } catch (error) {
    tellFailed(error);
  }
}
