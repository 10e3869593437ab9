import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useRef } from "react";
import styles from "./data-table.module.css";

export interface Column<Row> {
  key: string;
  title: string;
  /** As in CSS grid: `2fr`, `140px`, `minmax(120px, 1fr)`. */
  width: string;
  render: (row: Row) => ReactNode;
}

interface Props<Row> {
  /** What the table lists, for screen readers. */
  label: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  rowKey: (row: Row) => string | number;
  rowHeight?: number;
  /** Called when the end comes near, while more can be had. */
  onNearEnd?: (() => unknown) | undefined;
  /** Shown instead of rows. */
  empty?: ReactNode;
  testId?: string;
}

const rowsAhead = 12;
const nearEndRows = 30;

/** A table that keeps only the rows on screen in the page, so that 100,000 scroll as smoothly as ten. */
export function DataTable<Row>(props: Props<Row>) {
  const { label, rows, columns, rowKey, rowHeight = 48, onNearEnd, empty, testId } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: rowsAhead,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const isNearEnd = rows.length > 0 && last >= rows.length - nearEndRows;

  useEffect(() => {
    if (isNearEnd) onNearEnd?.();
  }, [isNearEnd, onNearEnd]);

  if (rows.length === 0 && empty !== undefined) return empty;
  const grid = { gridTemplateColumns: columns.map(({ width }) => width).join(" ") };
  return (
    <section
      ref={scroller}
      className={styles.scroller}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label={label}
      data-testid={testId}
    >
      <table className={styles.table} aria-label={label} aria-rowcount={rows.length + 1}>
        <thead className={styles.head}>
          <tr className={styles.row} style={grid} aria-rowindex={1}>
            {columns.map(({ key, title }) => (
              <th key={key} className={styles.title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className={styles.body} style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, start, size }) => {
            const row = rows[index];
            if (row === undefined) return null;
            const place = { ...grid, height: size, transform: `translateY(${start}px)` };
            return (
              <tr
                key={rowKey(row)}
                className={`${styles.row} ${styles.floating}`}
                style={place}
                aria-rowindex={index + 2}
                data-row={index}
              >
                {columns.map(({ key, render }) => (
                  <td key={key} className={styles.cell}>
                    {render(row)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
