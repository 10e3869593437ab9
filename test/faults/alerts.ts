import type { Stack } from "#test/e2e/stack";
import { findPromtool, firingAlerts, rising, type Series, steady } from "#test/fakes/promtool";

/** Without promtool the faults are tested all the same, but nobody can say what Prometheus would. */
export const canJudgeAlerts = findPromtool() !== undefined;

/** `/metrics` as a scraper reads it: each series with its value. */
export type Figures = ReadonlyMap<string, number>;

export async function readFigures({ url, secrets }: Pick<Stack, "url" | "secrets">): Promise<Figures> {
  const response = await fetch(new URL("/metrics", url), { headers: { "x-api-key": secrets.serviceApiKey } });
  if (response.status !== 200) throw new Error(`/metrics answered ${response.status}`);
  return parseFigures(await response.text());
}

export function parseFigures(text: string): Figures {
  const rows = text.matchAll(/^([a-z_]+(?:\{.*\})?) ([\d.e+-]+)$/gm);
  return new Map([...rows].map(([, series = "", value]) => [series, Number(value)]));
}

/** All series of that look together. */
export function sumOf(figures: Figures, look: RegExp): number {
  return [...figures].reduce((sum, [series, value]) => (look.test(series) ? sum + value : sum), 0);
}

/** Names by which Prometheus' conventions tell what only rises. */
const onlyRises = /^[a-z_]+_(total|bucket|sum|count)(\{|$)/;
/** A gauge whose name ends like a counter's. */
const isGauge = /^waddlebot_communities_total/;

/**
 * What a scraper would have seen had the fault gone on for half an hour as it did for these seconds: counters rise on at their
 * rate, gauges stay as they were in the end.
 */
export function asGoingOn(before: Figures, after: Figures, seconds: number): Series[] {
  return [...after].map(([series, value]) => {
    if (!onlyRises.test(series) || isGauge.test(series)) return steady(series, value);
    const from = before.get(series) ?? 0;
    return rising(series, Math.max(0, value - from) / seconds, { from });
  });
}

/** The alerts that would be firing half an hour into the fault. */
export function alertsOf(before: Figures, after: Figures, seconds: number): string[] {
  return firingAlerts([steady('up{job="waddlebot"}', 1), ...asGoingOn(before, after, seconds)]);
}
