import type { Limit, Target } from "#tools/proof/targets";

export type Figures = Readonly<Record<string, number | string | boolean>>;
export interface RunRecord {
  at: string;
  figures: Figures;
}
export type Records = ReadonlyMap<string, RunRecord>;

export interface Verdict {
  state: "met" | "missed" | "tried less" | "not measured";
  /** Each figure and its limit, and by how much a limit was missed. */
  words: string;
  /** When it was measured. */
  at?: string;
}

/** A target is met when every figure is there and within its limit. */
export function judge({ record, limits }: Target, records: Records): Verdict {
  const found = records.get(record);
  if (!found) return { state: "not measured", words: "–" };
  const parts = limits.map((limit) => judgeOne(limit, found.figures));
  const words = parts.map((part) => part.words).join("; ");
  const at = found.at;
  if (parts.some(({ state }) => state === "missed")) return { state: "missed", words, at };
  if (parts.some(({ state }) => state === "absent")) return { state: "not measured", words, at };
  return { state: parts.every(({ state }) => state === "met") ? "met" : "tried less", words, at };
}

function judgeOne(
  limit: Limit,
  figures: Figures,
): { state: "met" | "missed" | "tried less" | "absent"; words: string } {
  const value = figures[limit.figure];
  const { figure, unit = "" } = limit;
  if (typeof value !== "number" || Number.isNaN(value)) return { state: "absent", words: `${figure} –` };
  const shown = `${figure} ${show(value)}${unit && ` ${unit}`}`;
  if ("atMost" in limit) {
    if (value <= limit.atMost) return { state: "met", words: shown };
    return { state: "missed", words: `**${shown}, ${by(value, limit.atMost)} above ${show(limit.atMost)}**` };
  }
  if (value >= limit.atLeast) return { state: "met", words: shown };
  if (limit.isSize) return { state: "tried less", words: `${shown} of ${show(limit.atLeast)}` };
  return { state: "missed", words: `**${shown}, ${by(value, limit.atLeast)} below ${show(limit.atLeast)}**` };
}

function by(value: number, limit: number): string {
  const difference = Math.abs(value - limit);
  return limit === 0 ? show(difference) : `${Math.round((difference / Math.abs(limit)) * 100)} %`;
}

export function show(value: number): string {
  const digits = Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : 2;
  return value.toLocaleString("en-US", { maximumFractionDigits: digits });
}
