import { setTimeout as sleep } from "node:timers/promises";
import { type Cost, judge } from "#test/bench/budgets";
import { type Counts, callsOf, counts, countsPath, describeCalls, subtractCounts } from "#test/bench/counts";
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
  calls: string;
  /** Of `rowsWritten`, the part that alarms are. */
  alarmsSet: number;
  verdict: string;
  total: Counts;
}

export interface CostReport {
  lines: CostLine[];
  /** Statements the objects sent, and statements the database endpoint saw: equal, or the counters are wrong. */
  statements: { counted: number; seen: number };
}

export interface CountingHouse {
  /** Opens every channel and lets its first flush pass: the price of a first message is not that of the next. */
  warmUp(): Promise<void>;
  /** Sends everything, waits for the flushes, and tells. */
  measure(): Promise<CostReport>;
}

/** Flushes come 10 s after the first message; quiet this long after them means nothing more comes. */
const quietMs = 2500;
const settleLimitMs = 60_000;

/** `statementsSeen` is the database endpoint's own count. */
export async function openCountingHouse(stack: Stack, statementsSeen: () => number): Promise<CountingHouse> {
  const edgeUrl = await stack.workers.urlOf("waddlebot-edge");
  const senderUrl = await stack.workers.urlOf("waddlebot-sender");
  const scenarios = await makeScenarios(stack, edgeUrl);
  const read = async () => ({
    seen: statementsSeen(),
    vaults: await readCounts(senderUrl, []),
    each: await Promise.all(scenarios.map(({ objects }) => readCounts(edgeUrl, objects))),
  });
  type Reading = Awaited<ReturnType<typeof read>>;

  /** Every scenario has flushed, and then nothing has changed for a while. */
  async function settle(since: Reading): Promise<Reading> {
    const until = Date.now() + settleLimitMs;
    let last = await read();
    for (let quietSince = Date.now(); Date.now() < until; ) {
      await sleep(250);
      const next = await read();
      if (JSON.stringify(next) !== JSON.stringify(last)) quietSince = Date.now();
      last = next;
      const areFlushed = last.each.every(({ statements }, at) => statements > (since.each[at]?.statements ?? 0));
      if (areFlushed && Date.now() - quietSince > quietMs) return last;
    }
    throw new Error(`no flush of every scenario within ${settleLimitMs / 1000} s: ${JSON.stringify(last)}`);
  }

  let warm: Promise<Reading> | undefined;
  return {
    async warmUp() {
      const before = await read();
      await Promise.all(scenarios.map(({ send }) => send("1", 1)));
      warm = settle(before);
      // Whoever measures hears of a failure; until then it must not end the process.
      warm.catch(() => undefined);
    },
    async measure() {
      if (!warm) throw new Error("measured before the warm-up");
      const before = await warm;
      const saidBefore = scenarios.map(({ said }) => said?.() ?? 0);
      await Promise.all(scenarios.map(({ send, messages }) => send("2", messages)));
      const after = await settle(before);
      for (const [at, scenario] of scenarios.entries()) requireSaid(scenario, saidBefore[at] ?? 0);
      for (const { close } of scenarios) close?.();
      return makeReport(scenarios, before, after);
    },
  };
}

function requireSaid({ name, messages, said }: Scenario, before: number): void {
  const number = said ? said() - before : messages;
  if (number !== messages) throw new Error(`${name}: ${number} answers were said instead of ${messages}`);
}

async function readCounts(url: URL, objects: Scenario["objects"]): Promise<Counts> {
  const response = await fetch(new URL(countsPath, url), { method: "POST", body: JSON.stringify(objects) });
  return counts.parse(await response.json());
}

interface Totals {
  seen: number;
  vaults: Counts;
  each: Counts[];
}

function makeReport(scenarios: readonly Scenario[], before: Totals, after: Totals): CostReport {
  const vaults = subtractCounts(after.vaults, before.vaults);
  const lines = scenarios.flatMap((scenario, at) => {
    const [first, last] = [before.each[at], after.each[at]];
    return first && last ? [makeLine(scenario, subtractCounts(last, first), vaults)] : [];
  });
  const counted = lines.reduce((sum, { total }) => sum + total.statements, 0);
  return { lines, statements: { counted, seen: after.seen - before.seen } };
}

/** The vaults' calls belong to whoever spoke through the sender. */
function makeLine({ name, messages, budget }: Scenario, total: Counts, vaults: Counts): CostLine {
  if (total.rowsWritten === 0) throw new Error(`${name}: no row was counted, so the counters do not count`);
  const vaultCalls = total.sends > 0 ? callsOf(vaults) : 0;
  const cost: Cost = {
    objectCalls: (callsOf(total) + vaultCalls) / messages,
    statements: total.statements / messages,
    rowsWritten: (total.rowsWritten + total.alarmsSet) / messages,
    moduleCalls: total.moduleCalls / messages,
  };
  const calls = vaultCalls > 0 ? `${describeCalls(total)}, vault ${vaultCalls}` : describeCalls(total);
  return { name, messages, ...cost, calls, alarmsSet: total.alarmsSet / messages, verdict: judge(cost, budget), total };
}
