import type { Cost } from "#test/bench/budgets";
import { type Column, renderTable } from "#test/bench/table";

/**
 * Dollars, beyond what a paid plan includes. Cloudflare: developers.cloudflare.com, Workers and Durable Objects, Pricing.
 * Postgres: neon.com, Pricing, a compute unit's hour.
 */
export const prices = {
  readOn: "2026-11-30",
  perMillionWorkerRequests: 0.3,
  perMillionCpuMs: 0.02,
  perMillionObjectCalls: 0.15,
  perMillionGbSeconds: 12.5,
  perMillionRowsWritten: 1,
  perComputeHour: 0.106,
} as const;

/** What is not counted but taken: each with where it comes from. */
export const assumed = {
  /** An object is billed for 128 MB while it works; asleep between two calls it costs nothing. */
  objectGb: 0.128,
  /** Wall time of one call; the bench's own p50 of a request that waits for it is of this size. */
  callMs: 20,
  /** Of a Worker for one request: the bench's CPU column is of this size. */
  requestCpuMs: 2,
  /** A quarter of a compute unit runs so many of our statements a second. */
  statementsPerSecond: 100,
  computeUnits: 0.25,
} as const;

export interface MillionCost {
  name: string;
  worker: number;
  object: number;
  rows: number;
  postgres: number;
  total: number;
}

/** Dollars for a million of these messages. */
export function priceOfMillion(name: string, cost: Cost): MillionCost {
  const requests = cost.workerRequests ?? 1;
  const worker = requests * (prices.perMillionWorkerRequests + assumed.requestCpuMs * prices.perMillionCpuMs);
  const gbSeconds = (assumed.callMs / 1000) * assumed.objectGb;
  const object = cost.objectCalls * (prices.perMillionObjectCalls + gbSeconds * prices.perMillionGbSeconds);
  const rows = cost.rowsWritten * prices.perMillionRowsWritten;
  const hours = (cost.statements * 1_000_000) / assumed.statementsPerSecond / 3600;
  const postgres = hours * assumed.computeUnits * prices.perComputeHour;
  return { name, worker, object, rows, postgres, total: worker + object + rows + postgres };
}

export function renderPrices(lines: readonly MillionCost[]): string {
  const dollars = (value: number) => `$${value.toFixed(3)}`;
  const columns: Column<MillionCost>[] = [
    { title: "a million of", cell: ({ name }) => name, isText: true },
    { title: "Worker", cell: ({ worker }) => dollars(worker) },
    { title: "objects", cell: ({ object }) => dollars(object) },
    { title: "rows", cell: ({ rows }) => dollars(rows) },
    { title: "Postgres", cell: ({ postgres }) => dollars(postgres) },
    { title: "all", cell: ({ total }) => dollars(total) },
  ];
  return renderTable(columns, lines);
}
