import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname } from "node:path";
import { isMissed } from "#test/bench/budgets";
import type { CostReport } from "#test/bench/count-costs";
import { assumed, type MillionCost, priceOfMillion, prices, renderPrices } from "#test/bench/prices";
import { ratiosOf, type SpeedLine, type SpeedOptions } from "#test/bench/speed";
import { type Column, renderTable, showNumber } from "#test/bench/table";

export interface BenchReport {
  /** ISO 8601. */
  startedAt: string;
  machine: { cores: number; processor: string; node: string };
  speed: { options: SpeedOptions; hello: string; lines: SpeedLine[] };
  cost: CostReport;
  /** Dollars for a million messages of each kind, with the prices and what was assumed. */
  millions: { lines: MillionCost[]; prices: typeof prices; assumed: typeof assumed };
}

export function priceAll({ lines }: CostReport): BenchReport["millions"] {
  return { lines: lines.map((line) => priceOfMillion(line.name, line)), prices, assumed };
}

/** What this run ran on: absolute numbers mean nothing without it. */
export function describeMachine(): BenchReport["machine"] {
  const all = cpus();
  return { cores: all.length, processor: all[0]?.model.trim() ?? "unknown", node: process.version };
}

/** Both tables, ready to be printed. */
export function renderReport({ machine, speed, cost, millions }: BenchReport): string {
  const { repetitions, count, connections } = speed.options;
  const failures = countFailures(speed.lines);
  return [
    `Speed: ${connections} connections in a closed loop, ${count} requests, medians of ${repetitions} interleaved repetitions.`,
    `Generator and servers share ${machine.cores} cores (${machine.processor}); compare ratios, not numbers of other days.`,
    "",
    speedTable(speed.lines, speed.hello),
    "",
    failures === 0 ? "Every answer was checked: all were right." : describeFailures(speed.lines, failures),
    "",
    "Cost per message, counted in the objects themselves after a warm-up, flushes included:",
    "",
    costTable(cost),
    "",
    `Postgres statements: ${cost.statements.counted} counted in the objects, ${cost.statements.seen} seen by the database endpoint.`,
    "",
    `Dollars for a million, by the prices of ${millions.prices.readOn} beyond what a plan includes (test/bench/prices.ts):`,
    "",
    renderPrices(millions.lines),
    "",
    "Where calls and rows come from, per message:",
    ...cost.lines.flatMap(({ name, calls, rows }) => [
      `  ${name}`,
      `    calls  ${calls}`,
      `    rows   ${rows}`,
    ]),
  ].join("\n");
}

/** Wrong answers, statements that one counter saw and the other did not, and budgets missed. */
export function countProblems({ speed, cost }: BenchReport): number {
  const missed = cost.lines.filter(({ verdict }) => isMissed(verdict)).length;
  return countFailures(speed.lines) + Math.abs(cost.statements.counted - cost.statements.seen) + missed;
}

export function writeReport(file: string, report: BenchReport): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
}

function speedTable(lines: readonly SpeedLine[], hello: string): string {
  const ratios = (line: SpeedLine) => ratiosOf(line, lines, hello);
  const columns: Column<SpeedLine>[] = [
    { title: "", cell: ({ name }) => name, isText: true },
    { title: "events/s", cell: ({ perSecond }) => showNumber(perSecond) },
    { title: "p50 ms", cell: ({ p50Ms }) => showNumber(p50Ms, 1) },
    { title: "p99 ms", cell: ({ p99Ms }) => showNumber(p99Ms, 1) },
    { title: "CPU s/1000", cell: ({ cpuSecondsPer1000 }) => showNumber(cpuSecondsPer1000, 2) },
    { title: "of hello", cell: (line) => showNumber(ratios(line).throughputOfHello, 3) },
    { title: "of peer", cell: (line) => showNumber(ratios(line).throughputOfPeer, 3) },
    { title: "p50 × peer", cell: (line) => showNumber(ratios(line).p50OfPeer, 2) },
    { title: "wrong", cell: ({ failures }) => showNumber(failures) },
  ];
  return renderTable(columns, lines);
}

function costTable({ lines }: CostReport): string {
  const columns: Column<CostReport["lines"][number]>[] = [
    { title: "", cell: ({ name }) => name, isText: true },
    { title: "requests", cell: ({ workerRequests = Number.NaN }) => showNumber(workerRequests, 3) },
    { title: "object calls", cell: ({ objectCalls }) => showNumber(objectCalls, 3) },
    { title: "statements", cell: ({ statements }) => showNumber(statements, 3) },
    { title: "rows written", cell: ({ rowsWritten }) => showNumber(rowsWritten, 2) },
    { title: "module calls", cell: ({ moduleCalls }) => showNumber(moduleCalls, 2) },
    { title: "budget", cell: ({ verdict }) => verdict, isText: true },
  ];
  return renderTable(columns, lines);
}

function countFailures(lines: readonly SpeedLine[]): number {
  return lines.reduce((sum, { failures }) => sum + failures, 0);
}

function describeFailures(lines: readonly SpeedLine[], failures: number): string {
  const first = lines.flatMap(({ name, rounds }) =>
    rounds.flatMap(({ firstFailure }) => (firstFailure === undefined ? [] : [`  ${name}: ${firstFailure}`])),
  );
  return [`${failures} answers were wrong, so these numbers mean nothing. The first of each:`, ...first].join(
    "\n",
  );
}
