import * as z from "zod";

/** What objects cost, as counted in them. */
export const counts = z.object({
  /** By the name of the way in: `accept`, `process`, `alarm`, `webSocketMessage` … */
  calls: z.record(z.string(), z.int()),
  rowsWritten: z.int(),
  /** Each is one more row written. */
  alarmsSet: z.int(),
  statements: z.int(),
  moduleCalls: z.int(),
  sends: z.int(),
});
export type Counts = z.infer<typeof counts>;

/** Which objects: a binding of the edge and their names. */
export const countedObjects = z.array(z.object({ binding: z.enum(["CHANNEL", "GATEWAY_LINK"]), name: z.string() }));
export type CountedObjects = z.infer<typeof countedObjects>;

/** Where the counting edge tells; the product has no such route. */
export const countsPath = "/bench/counts";

export function noCounts(): Counts {
  return { calls: {}, rowsWritten: 0, alarmsSet: 0, statements: 0, moduleCalls: 0, sends: 0 };
}

export function sumCounts(all: readonly Counts[]): Counts {
  return all.reduce((sum, one) => combine(sum, one, 1), noCounts());
}

/** What happened between two readings. */
export function subtractCounts(after: Counts, before: Counts): Counts {
  return combine(after, before, -1);
}

export function callsOf({ calls }: Counts): number {
  return Object.values(calls).reduce((sum, number) => sum + number, 0);
}

/** `accept 10, alarm 2`, most first. */
export function describeCalls({ calls }: Counts): string {
  return Object.entries(calls)
    .filter(([, number]) => number > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([name, number]) => `${name} ${number}`)
    .join(", ");
}

function combine(left: Counts, right: Counts, factor: 1 | -1): Counts {
  const names = new Set([...Object.keys(left.calls), ...Object.keys(right.calls)]);
  const calls = [...names].map((name) => [name, (left.calls[name] ?? 0) + factor * (right.calls[name] ?? 0)]);
  return {
    calls: Object.fromEntries(calls),
    rowsWritten: left.rowsWritten + factor * right.rowsWritten,
    alarmsSet: left.alarmsSet + factor * right.alarmsSet,
    statements: left.statements + factor * right.statements,
    moduleCalls: left.moduleCalls + factor * right.moduleCalls,
    sends: left.sends + factor * right.sends,
  };
}
