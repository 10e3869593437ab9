import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  isTimezone,
  latestTick,
  nextTick,
  type TimerSchedule,
  timerGraceMs,
  whyNotCron,
} from "#contracts/timer-schedule";

const at = (text: string) => Date.parse(text);
const cron = (text: string, timezone = "UTC", since = 0): TimerSchedule => {
  return { cron: text, intervalSeconds: null, timezone, since };
};
const every = (intervalSeconds: number, since: number): TimerSchedule => {
  return { cron: null, intervalSeconds, timezone: "UTC", since };
};

/** All ticks between two moments. */
function ticks(schedule: TimerSchedule, from: string, to: string): string[] {
  const found: string[] = [];
  for (
    let tick = nextTick(schedule, at(from));
    tick !== undefined && tick <= at(to);
    tick = nextTick(schedule, tick)
  )
    found.push(new Date(tick).toISOString().replace(":00.000Z", "Z"));
  return found;
}

describe("CRN-3 T12 clocks that change", () => {
  test("09:00 in New York is 09:00 there on both sides of the change", () => {
    const nine = cron("0 9 * * *", "America/New_York");
    expect(ticks(nine, "2026-03-07T00:00:00Z", "2026-03-09T00:00:00Z")).toEqual([
      "2026-03-07T14:00Z",
      "2026-03-08T13:00Z",
    ]);
    expect(ticks(nine, "2026-10-31T00:00:00Z", "2026-11-02T00:00:00Z")).toEqual([
      "2026-10-31T13:00Z",
      "2026-11-01T14:00Z",
    ]);
  });

  test("a time that does not exist that day runs once, right after the gap", () => {
    const half = cron("30 2 * * *", "America/New_York");
    expect(ticks(half, "2026-03-08T05:00:00Z", "2026-03-09T06:00:00Z")).toEqual(["2026-03-08T07:00Z"]);
  });

  test("a named hour that comes twice runs in the first only", () => {
    expect(
      ticks(cron("15,45 1 * * *", "America/New_York"), "2026-11-01T04:00:00Z", "2026-11-01T12:00:00Z"),
    ).toEqual(["2026-11-01T05:15Z", "2026-11-01T05:45Z"]);
    expect(
      ticks(cron("45 1 * * *", "Australia/Lord_Howe"), "2026-04-04T12:00:00Z", "2026-04-04T20:00:00Z"),
    ).toEqual(["2026-04-04T14:45Z"]);
  });

  test("what runs every ten minutes goes on every ten minutes through both changes", () => {
    for (const day of ["2026-03-08T05:00:00Z", "2026-11-01T04:00:00Z"]) {
      const end = new Date(at(day) + 6 * 3_600_000).toISOString();
      expect(ticks(cron("*/10 * * * *", "America/New_York"), day, end)).toHaveLength(36);
    }
  });

  test("the 29th of February comes in leap years only", () => {
    expect(ticks(cron("0 0 29 2 *"), "2026-01-01T00:00:00Z", "2033-01-01T00:00:00Z")).toEqual([
      "2028-02-29T00:00Z",
      "2032-02-29T00:00Z",
    ]);
  });
});

describe("CRN-1 which tick is due", () => {
  const ten = cron("*/10 * * * *");

  test("three ticks within 30 minutes, each found once", () => {
    expect(ticks(ten, "2026-06-01T12:00:00Z", "2026-06-01T12:30:00Z")).toHaveLength(3);
    const tick = at("2026-06-01T12:10:00Z");
    expect(latestTick(ten, 0, tick - 1)).toBe(at("2026-06-01T12:00:00Z"));
    expect(latestTick(ten, 0, tick)).toBe(tick);
    expect(latestTick(ten, tick, tick + 599_999)).toBeUndefined();
  });

  test("missed ticks within 15 minutes run late and once, older ones never", () => {
    const hourly = cron("0 * * * *");
    const tick = at("2026-06-01T12:00:00Z");
    expect(latestTick(hourly, tick - 3_600_000, tick + timerGraceMs)).toBe(tick);
    expect(latestTick(hourly, tick - 3_600_000, tick + timerGraceMs + 1)).toBeUndefined();
    // Two were missed within the grace: the later one stands for both.
    const five = cron("*/5 * * * *");
    expect(latestTick(five, tick, tick + 12 * 60_000)).toBe(tick + 10 * 60_000);
  });

  test("an interval counts from when it was set, and nothing before is due", () => {
    const since = at("2026-06-01T12:00:07Z");
    expect(nextTick(every(90, since), 0)).toBe(since + 90_000);
    expect(nextTick(every(90, since), since + 90_000)).toBe(since + 180_000);
    expect(latestTick(every(90, since), 0, since + 89_999)).toBeUndefined();
    expect(latestTick(every(90, since), 0, since + 400_000)).toBe(since + 360_000);
    expect(latestTick(cron("* * * * *", "UTC", since), 0, since + 1000)).toBeUndefined();
  });

  test("the next tick is always later, and asking from it never gives it again", () => {
    const field = (most: number) => fc.oneof(fc.constant("*"), fc.integer({ min: 0, max: most }).map(String));
    const schedules = fc.oneof(
      fc
        .tuple(field(59), field(23))
        .map(([minute, hour]) => cron(`${minute} ${hour} * * *`, "Europe/Berlin")),
      fc.integer({ min: 60, max: 100_000 }).map((seconds) => every(seconds, at("2026-01-01T00:00:00Z"))),
    );
    const moments = fc.integer({ min: at("2026-01-01T00:00:00Z"), max: at("2027-01-01T00:00:00Z") });
    fc.assert(
      fc.property(schedules, moments, (schedule, moment) => {
        const tick = nextTick(schedule, moment) ?? 0;
        expect(tick).toBeGreaterThan(moment);
        expect(nextTick(schedule, tick) ?? 0).toBeGreaterThan(tick);
        expect(latestTick(schedule, tick, tick)).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });
});

describe("CRN-4 what is no schedule", () => {
  const bad = [
    "",
    "* * * *",
    "* * * * * *",
    "@daily",
    "60 * * * *",
    "* 24 * * *",
    "* * 0 * *",
    "* * * 13 *",
    "*/0 * * * *",
    "5-1 * * * *",
    "a b c d e",
    "0 0 31 2 *",
    "0 0 L * *",
    "0 0 * * 5#2",
    "* * * * * 2027",
    "*\t* * * *",
    "0 0 1W * *",
  ];
  test.each(bad)("%j is refused with a reason", (text) => {
    expect(whyNotCron(text, "UTC")).toMatch(/\w/);
  });

  test("the usual ones are fine", () => {
    for (const text of [
      "*/10 * * * *",
      "0 9 * * 1-5",
      "0 0 1,15 jan-jun mon",
      "5 4 29 2 *",
      "0-59/7 * * * 7",
    ])
      expect(whyNotCron(text, "America/New_York"), text).toBeUndefined();
  });

  test("time zones are names: no offset, no path, nothing made up", () => {
    for (const name of ["UTC", "Europe/Berlin", "America/Argentina/Ushuaia", "Etc/GMT+3"])
      expect(isTimezone(name), name).toBe(true);
    for (const name of [
      "",
      "+01:00",
      "Mars/Olympus",
      "../etc/passwd",
      "Europe/Berlin\0",
      "EST5EDT,M3",
      "a".repeat(200),
    ])
      expect(isTimezone(name), name).toBe(false);
  });

  test("threat 31: fifty bombs are answered within 50 ms", () => {
    const bombs = Array.from(
      { length: 50 },
      (_, index) =>
        [
          `${"0,".repeat(31)}0 * * * *`,
          "0 0 30 2 *",
          `*/${"9".repeat(60)} * * * *`,
          `${index}-59/1,${"1-2,".repeat(14)}3 * 31 2,4,6,9,11 *`,
          `0 0 29 2 ${index % 7}`,
        ][index % 5] ?? "",
    );
    whyNotCron("* * * * *", "Europe/Berlin");
    const before = process.threadCpuUsage();
    for (const bomb of bombs) whyNotCron(bomb, "Europe/Berlin");
    // Of this thread alone: how busy the machine is says nothing.
    expect(process.threadCpuUsage(before).user / 1000).toBeLessThan(150);
  });
});
