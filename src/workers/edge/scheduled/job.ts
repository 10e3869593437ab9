import type { Log } from "#lib/log";

/**
 * Work of the edge that a clock starts. A run may be repeated, may overlap the one before, and a minute may be missed
 * (cron triggers promise none of it): so a job reads what is due and does that, and counts nothing.
 */
export interface ScheduledJob<Env> {
  /** As it stands in the log: `receivers.heartbeat`. */
  name: string;
  /** 1 to 1,440, counted from midnight UTC; 60 runs on the full hour. */
  everyMinutes: number;
  /** `now` is the minute the run was meant for, in epoch milliseconds. Rejecting is logged and touches no other job. */
  run(env: Env, log: Log, now: number): Promise<void>;
}
