import { Badge, Button } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import { useSpeech } from "#hub/texts/use-texts.tsx";
import { EmptyState } from "#hub/ui/empty-state.tsx";
import { Loaded } from "#hub/ui/loaded.tsx";
import { Moment } from "#hub/ui/moment.tsx";
import { ProblemPanel } from "#hub/ui/problem-panel.tsx";
import styles from "./page.module.css";
import { type Member, type MemberWish, useMemberIndex, useMemberPages } from "./use-member-pages.ts";

const rowHeight = 48;
const rowsAhead = 20;

/** A list as long as the community is large; only what is near the window is in the page and on the wire. */
export function MemberList({ wish, onOpen }: { wish: MemberWish; onOpen: (member: Member) => void }) {
  const { texts, language } = useSpeech();
  const { members: words } = texts;
  const scroller = useRef<HTMLElement>(null);
  const index = useMemberIndex(wish);
  const { total, cursors } = index.data ?? { total: 0, cursors: [] };
  const pageCount = cursors.length;
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: rowsAhead,
  });
  const items = virtual.getVirtualItems();
  const window = { first: items[0]?.index ?? 0, last: items.at(-1)?.index ?? 0 };
  const { rowAt, failed } = useMemberPages(wish, cursors, window);
  const top = Math.floor((virtual.scrollOffset ?? 0) / rowHeight);
  // The last page cannot come to the top of the window: whoever sees the end is on it.
  const isAtEnd = (virtual.scrollOffset ?? 0) + (virtual.scrollRect?.height ?? 0) >= virtual.getTotalSize();
  const current = isAtEnd ? pageCount : Math.min(pageCount, Math.floor(top / wish.limit) + 1);
  const toPage = (page: number) => virtual.scrollToIndex((page - 1) * wish.limit, { align: "start" });
  const number = new Intl.NumberFormat(language);
  return (
    <Loaded query={index}>
      {() =>
        total === 0 ? (
          <EmptyState {...words.empty} />
        ) : (
          <>
            {failed !== null && <ProblemPanel error={failed} />}
            <section
              ref={scroller}
              className={styles.scroller}
              // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
              tabIndex={0}
              aria-label={words.title}
              data-testid="member-list"
            >
              <table className={styles.table} aria-label={words.title} aria-rowcount={total + 1}>
                <thead className={styles.head}>
                  <tr className={styles.row} aria-rowindex={1}>
                    {Object.entries(words.columns).map(([key, title]) => (
                      <th key={key} scope="col" className={styles.title}>
                        {title}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody className={styles.body} style={{ height: virtual.getTotalSize() }}>
                  {items.map(({ index: row, start, size }) => (
                    <tr
                      key={row}
                      className={`${styles.row} ${styles.floating}`}
                      style={{ height: size, transform: `translateY(${start}px)` }}
                      aria-rowindex={row + 2}
                      data-row={row}
                    >
                      <Cells member={rowAt(row)} onOpen={onOpen} />
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
            <div className={styles.pager} data-testid="member-pager">
              <span>{words.total(number.format(total))}</span>
              <Button
                size="xs"
                variant="default"
                disabled={current <= 1}
                onClick={() => toPage(current - 1)}
                aria-label={words.previous}
              >
                ‹
              </Button>
              <span data-testid="member-page">
                {words.page(number.format(current), number.format(pageCount))}
              </span>
              <Button
                size="xs"
                variant="default"
                disabled={current >= pageCount}
                onClick={() => toPage(current + 1)}
                aria-label={words.next}
                data-testid="member-next"
              >
                ›
              </Button>
            </div>
          </>
        )
      }
    </Loaded>
  );
}

/** One person's cells; a row on its way says so and keeps its place. */
function Cells({ member, onOpen }: { member: Member | undefined; onOpen: (member: Member) => void }) {
  const { members: words, commands, parts } = useSpeech().texts;
  if (!member)
    return (
      <td className={styles.cell} data-waiting>
        {parts.loading}
      </td>
    );
  const name = member.name ?? member.user_key;
  return (
    <>
      <td className={styles.cell}>
        <button
          type="button"
          className={styles.name}
          aria-label={words.open(name)}
          title={member.user_key}
          onClick={() => onOpen(member)}
        >
          {name}
        </button>
      </td>
      <td className={styles.cell}>{commands.roles[member.role]}</td>
      <td className={styles.cell}>{Math.round(member.score)}</td>
      <td className={styles.cell}>{member.points}</td>
      <td className={styles.cell}>
        {member.labels.map(({ id, name: label }) => (
          <Badge key={id} size="sm" variant="default" mr={4}>
            {label}
          </Badge>
        ))}
      </td>
      <td className={styles.cell}>
        <Moment at={member.last_seen_at} />
      </td>
    </>
  );
}
