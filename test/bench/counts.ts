import * as z from "zod";

/** What objects cost, as counted in them. */
export const counts = z.object({
  /** By the name of the way in: `accept`, `process`, `alarm`, `webSocketMessage` … */
  calls: z.record(z.string(), z.int()),
  /** By what wrote them: `INSERT seen`, `alarm` … Indexes and alarms are rows too (Durable Objects, Pricing). */
  rows: z.record(z.string(), z.int()),
  statements: z.int(),
  moduleCalls: z.int(),
  sends: z.int(),
});
export type Counts = z.infer<typeof counts>;

/** `isWaiting`: one of the objects has an alarm before it, so more is to come. `requests` are the Worker's, by path. */
export const countsReading = z.object({
  counts,
  isWaiting: z.boolean(),
  requests: z.record(z.string(), z.int()).default({}),
});
export type CountsReading = z.infer<typeof countsReading>;

/** Which objects: a binding of the edge and their names. */
export const countedObjects = z.array(
  z.object({ binding: z.enum(["CHANNEL", "GATEWAY_LINK"]), name: z.string() }),
);
export type CountedObjects = z.infer<typeof countedObjects>;

/** Where the counting edge tells; the product has no such route. */
export const countsPath = "/bench/counts";

export function noCounts(): Counts {
  return { calls: {}, rows: {}, statements: 0, moduleCalls: 0, sends: 0 };
}

export function sumCounts(all: readonly Counts[]): Counts {
  return all.reduce((sum, one) => combine(sum, one, 1), noCounts());
}

/** What happened between two readings. */
export function subtractCounts(after: Counts, before: Counts): Counts {
  return combine(after, before, -1);
}

export function total(numbers: Readonly<Record<string, number>>): number {
  return Object.values(numbers).reduce((sum, number) => sum + number, 0);
}

/** `accept 0.01, alarm 0.002`: each per message, most first. */
export function describeEach(numbers: Readonly<Record<string, number>>, messages: number): string {
  return Object.entries(numbers)
    .filter(([, number]) => number > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([name, number]) => `${name} ${Number((number / messages).toFixed(3))}`)
    .join(", ");
}

function combine(left: Counts, right: Counts, factor: 1 | -1): Counts {
  return {
    calls: combineEach(left.calls, right.calls, factor),
    rows: combineEach(left.rows, right.rows, factor),
    statements: left.statements + factor * right.statements,
    moduleCalls: left.moduleCalls + factor * right.moduleCalls,
    sends: left.sends + factor * right.sends,
  };
}

type Numbers = Record<string, number>;

function combineEach(left: Numbers, right: Numbers, factor: 1 | -1): Numbers {
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return Object.fromEntries(
    [...names].map((name) => [name, (left[name] ?? 0) + factor * (right[name] ?? 0)]),
  );
}
