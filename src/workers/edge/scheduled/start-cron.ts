/** Not a time but the moment after a start: every job runs once, whatever its minute. No cron trigger has this name. */
export const startCron = "start";
