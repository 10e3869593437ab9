import { setTimeout as sleep } from "node:timers/promises";
import { type Cost, judge } from "#test/bench/budgets";
import {
  type Counts,
  type CountsReading,
  countsPath,
  countsReading,
  describeEach,
  subtractCounts,
  total,
} from "#test/bench/counts";
import { makeScenarios, type Scenario } from "#test/bench/scenarios";
import type { Stack } from "#test/e2e/stack";
import { inProject } from "#tools/paths";

/** Code that takes the place of two Workers' own and is the same code with counters around it. */
export const countingMains = {
  "waddlebot-edge": inProject("test", "bench", "edge-counted.workerd.ts"),
  "waddlebot-sender": inProject("test", "bench", "sender-counted.workerd.ts"),
};

export interface CostLine extends Cost {
  name: string;
  messages: number;
  verdict: string;
  /** Where calls and rows come from, per message. */
  calls: string;
  rows: string;
  counts: Counts;
}

export interface CostReport {
  lines: CostLine[];
  /** Statements the objects sent, and statements the database endpoint saw: equal, or the counters are wrong. */
  statements: { counted: number; seen: number };
}

/** With no alarm ahead of any object, this long without a change means that nothing more comes. */
const quietMs = 1500;
const settleLimitMs = 60_000;

export interface CountingOptions {
  /** The database endpoint's own count. */
  statementsSeen: () => number;
  /** Over how long the messages of a scenario are spread, so that flushes fall between them as they do in life. */
  spanMs: number;
}

/** What counts one house: sends everything, waits for the flushes, and tells. */
export async function openCounting(
  stack: Stack,
  options: CountingOptions,
): Promise<() => Promise<CostReport>> {
  const edgeUrl = await stack.workers.urlOf("waddlebot-edge");
  const senderUrl = await stack.workers.urlOf("waddlebot-sender");
  const scenarios = await makeScenarios(stack, edgeUrl);
  const read = async () => ({
    seen: options.statementsSeen(),
    vaults: await readCounts(senderUrl, []),
    each: await Promise.all(scenarios.map(({ objects }) => readCounts(edgeUrl, objects))),
  });

  async function settle(): Promise<Reading> {
    const until = Date.now() + settleLimitMs;
    let last = await read();
    for (let quietSince = Date.now(); Date.now() < until; ) {
      await sleep(250);
      const next = await read();
      if (JSON.stringify(next) !== JSON.stringify(last)) quietSince = Date.now();
      last = next;
      if (!last.each.some(({ isWaiting }) => isWaiting) && Date.now() - quietSince > quietMs) return last;
    }
    throw new Error(
      `the counted objects found no rest in ${settleLimitMs / 1000} s: ${JSON.stringify(last)}`,
    );
  }

  return async function measure() {
    // Opens every channel: the price of a first message is not that of the next.
    await Promise.all(scenarios.map(({ send }) => send({ run: "1", count: 1, spanMs: 0 })));
    const before = await settle();
    const saidBefore = scenarios.map(({ said }) => said?.() ?? 0);
    const { spanMs } = options;
    await Promise.all(scenarios.map(({ send, messages }) => send({ run: "2", count: messages, spanMs })));
    const after = await settle();
    for (const [at, scenario] of scenarios.entries()) requireSaid(scenario, saidBefore[at] ?? 0);
    for (const { close } of scenarios) close?.();
    return makeReport(scenarios, before, after);
  };
}

function requireSaid({ name, messages, said }: Scenario, before: number): void {
  const number = said ? said() - before : messages;
  if (number !== messages) throw new Error(`${name}: ${number} answers were said instead of ${messages}`);
}

async function readCounts(url: URL, objects: Scenario["objects"]): Promise<CountsReading> {
  const response = await fetch(new URL(countsPath, url), { method: "POST", body: JSON.stringify(objects) });
  return countsReading.parse(await response.json());
}

interface Reading {
  seen: number;
  vaults: CountsReading;
  each: CountsReading[];
}

function makeReport(scenarios: readonly Scenario[], before: Reading, after: Reading): CostReport {
  const vaults = subtractCounts(after.vaults.counts, before.vaults.counts);
  const lines = scenarios.flatMap((scenario, at) => {
    const [first, last] = [before.each[at], after.each[at]];
    if (!first || !last) return [];
    const { path = "" } = scenario;
    const requests = path === "" ? undefined : (last.requests[path] ?? 0) - (first.requests[path] ?? 0);
    return [makeLine(scenario, subtractCounts(last.counts, first.counts), { vaults, requests })];
  });
  const counted = lines.reduce((sum, line) => sum + line.counts.statements, 0);
  return { lines, statements: { counted, seen: after.seen - before.seen } };
}

function makeLine(
  { name, messages, budget }: Scenario,
  counts: Counts,
  { vaults, requests }: { vaults: Counts; requests: number | undefined },
): CostLine {
  if (total(counts.rows) === 0) throw new Error(`${name}: no row was counted, so the counters do not count`);
  // The vaults' calls belong to whoever spoke through the sender.
  const calls = counts.sends > 0 ? { ...counts.calls, "token vault": total(vaults.calls) } : counts.calls;
  const cost: Cost = {
    workerRequests: requests === undefined ? undefined : requests / messages,
    objectCalls: total(asBilled(calls)) / messages,
    statements: counts.statements / messages,
    rowsWritten: total(counts.rows) / messages,
    moduleCalls: counts.moduleCalls / messages,
  };
  return {
    name,
    messages,
    ...cost,
    verdict: judge(cost, budget),
    calls: describeEach(calls, messages),
    rows: describeEach(counts.rows, messages),
    counts,
  };
}

/** A socket's message counts as a twentieth of a request, as it is billed. */
function asBilled(calls: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(calls).map(([name, count]) => [name, name === "webSocketMessage" ? count / 20 : count]),
  );
}
