import type { ReactNode } from "react";
import styles from "./empty-state.module.css";
import { Penguin } from "./penguin.tsx";

interface Props {
  title: string;
  /** What to do next. */
  text: string;
  /** The button that does it. */
  children?: ReactNode;
}

/** Nothing here yet: says so, and what to do next. */
export function EmptyState({ title, text, children }: Props) {
  return (
    <div className={styles.empty} data-testid="empty">
      <Penguin size={64} />
      <strong>{title}</strong>
      <p>{text}</p>
      {children}
    </div>
  );
}
