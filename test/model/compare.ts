/** What two multisets of lines do not share: `missing` was predicted and did not happen, `extra` the other way round. */
export interface Difference {
  missing: string[];
  extra: string[];
}

export function compareLines(predicted: readonly string[], actual: readonly string[]): Difference {
  const counts = new Map<string, number>();
  for (const line of predicted) counts.set(line, (counts.get(line) ?? 0) + 1);
  for (const line of actual) counts.set(line, (counts.get(line) ?? 0) - 1);
  const lines = [...counts].filter(([, count]) => count !== 0).sort(([a], [b]) => (a < b ? -1 : 1));
  const list = (sign: 1 | -1) =>
    lines.filter(([, count]) => count * sign > 0).map(([line, count]) => `${Math.abs(count)} × ${line}`);
  return { missing: list(1), extra: list(-1) };
}

/** For a failing test: the first differences of both sides, and how many there are. */
export function describeDifference({ missing, extra }: Difference, most = 40): string {
  const show = (title: string, lines: readonly string[]) => [
    `${title}: ${lines.length}`,
    ...lines.slice(0, most).map((line) => `  ${line}`),
  ];
  return [...show("predicted, did not happen", missing), ...show("happened, was not predicted", extra)].join(
    "\n",
  );
}
