import * as z from "zod";
import {
  type MetricSample,
  metricFamilies,
  metricSample,
  type ReplyHour,
  type StatusFacts,
  secondsBuckets,
} from "#contracts/metrics";
import { Meter, quantileOf } from "#lib/meter";

const hourMs = 3_600_000;
const minuteMs = 60_000;
const hoursKept = 24;
const incidentsKept = 50;
/** Labels come from registries; whatever else invents them shall not fill the object. */
const mostSeries = 2000;
/** So many minutes without a look are an incident of their own: nobody was there to look. */
const silentMinutes = 3;

const incident = z.object({ from: z.number(), until: z.number().nullable(), what: z.string() });
export const keptBook = z.object({
  samples: z.array(metricSample).default([]),
  hours: z
    .array(z.object({ hour: z.number(), platform: z.string(), buckets: z.array(z.number()) }))
    .default([]),
  since: z.number().nullable().default(null),
  lastMinute: z.number().nullable().default(null),
  minutesSeen: z.number().default(0),
  minutesGood: z.number().default(0),
  incidents: z.array(incident).default([]),
});
export type KeptBook = z.infer<typeof keptBook>;

const refused = "waddlebot_metric_series_refused_total";
const replies = "waddlebot_reply_duration_seconds";

/** All figures of the house since ever, replies by the hour, and how the minutes went. Pure: clock and storage are the object's. */
export class MetricBook {
  #sums = new Meter(secondsBuckets);
  #kept: KeptBook;

  constructor(kept: KeptBook) {
    this.#kept = kept;
    this.#sums.add(kept.samples);
  }

  /** A family nobody declared, and a series beyond the bound, are counted as refused instead of kept. */
  add(samples: readonly MetricSample[], now: number): void {
    for (const sample of samples) {
      const isKnown = Object.hasOwn(metricFamilies, sample.family);
      const fits = this.#sums.size < mostSeries || this.#sums.has(sample.family, sample.labels);
      if (!isKnown || !fits) {
        this.#sums.count(refused, {});
        continue;
      }
      this.#sums.add([sample]);
      if (sample.family === replies) this.#addReplies(sample, now);
    }
  }

  read(): MetricSample[] {
    return this.#sums.read();
  }

  noteMinute(at: number, problems: readonly string[]): void {
    const minute = Math.floor(at / minuteMs);
    const { lastMinute } = this.#kept;
    // A cron may fire twice, and late: each minute counts once, in order.
    if (lastMinute !== null && minute <= lastMinute) return;
    const missed = lastMinute === null ? 0 : minute - lastMinute - 1;
    this.#kept.since ??= minute * minuteMs;
    this.#kept.lastMinute = minute;
    this.#kept.minutesSeen += 1 + missed;
    if (missed >= silentMinutes)
      this.#begin({
        from: ((lastMinute ?? 0) + 1) * minuteMs,
        until: minute * minuteMs,
        what: "not reached",
      });
    else this.#kept.minutesGood += missed;
    if (problems.length === 0) this.#kept.minutesGood += 1;
    this.#judge(minute * minuteMs, problems.join(", "));
  }

  status(now: number): StatusFacts {
    const { since, minutesSeen, minutesGood, incidents } = this.#kept;
    return { since, minutesSeen, minutesGood, incidents, replies: this.#hours(now) };
  }

  get kept(): KeptBook {
    return { ...this.#kept, samples: this.#sums.read() };
  }

  #judge(at: number, what: string): void {
    const [open] = this.#kept.incidents;
    const isOpen = open !== undefined && open.until === null;
    if (isOpen && open.what !== what) open.until = at;
    if (what !== "" && (!isOpen || open.what !== what)) this.#begin({ from: at, until: null, what });
  }

  #begin(one: z.infer<typeof incident>): void {
    this.#kept.incidents = [one, ...this.#kept.incidents].slice(0, incidentsKept);
  }

  #addReplies({ labels, buckets = [] }: MetricSample, now: number): void {
    const hour = Math.floor(now / hourMs) * hourMs;
    const platform = labels["platform"] ?? "";
    const row = this.#kept.hours.find((one) => one.hour === hour && one.platform === platform);
    if (row) row.buckets = buckets.map((count, at) => count + (row.buckets[at] ?? 0));
    else this.#kept.hours.push({ hour, platform, buckets });
    this.#kept.hours = this.#kept.hours.filter((one) => one.hour > now - hoursKept * hourMs);
  }

  #hours(now: number): ReplyHour[] {
    return this.#kept.hours
      .filter(({ hour }) => hour > now - hoursKept * hourMs)
      .map(({ hour, platform, buckets }) => ({
        hour,
        platform,
        replies: buckets.reduce((sum, count) => sum + count, 0),
        p50Seconds: quantileOf(buckets, secondsBuckets, 0.5),
        p95Seconds: quantileOf(buckets, secondsBuckets, 0.95),
      }));
  }
}
