import { type Timer, timer } from "#contracts/timer";

/** A timer that says `tick` every ten minutes, made at noon of 1 June 2026. */
export function aTimer(facts: Partial<Timer> = {}): Timer {
  return timer.parse({
    id: 1,
    cron: "*/10 * * * *",
    intervalSeconds: null,
    timezone: "UTC",
    since: Date.parse("2026-06-01T12:00:00Z"),
    action: "message",
    payload: "tick",
    onlyWhenLive: false,
    minLines: 0,
    role: "moderator",
    makers: [],
    ...facts,
  });
}
