export interface Column<Row> {
  title: string;
  cell(row: Row): string;
  /** Words go left; numbers, the default, go right. */
  isText?: boolean;
}

/** Columns as wide as their widest cell, two spaces between. */
export function renderTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ cell }) => cell(row))),
  ];
  const widths = columns.map((_, at) => Math.max(...cells.map((line) => line[at]?.length ?? 0)));
  const pad = (text: string, at: number) => {
    const width = widths[at] ?? 0;
    return columns[at]?.isText ? text.padEnd(width) : text.padStart(width);
  };
  return cells.map((line) => line.map(pad).join("  ").trimEnd()).join("\n");
}

/** A number for people: thousands with commas, a dash where there is none. */
export function showNumber(value: number, digits = 0): string {
  if (!Number.isFinite(value)) return "–";
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
