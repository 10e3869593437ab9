import type { ReactNode } from "react";
import styles from "./notice.module.css";
import { Penguin } from "./penguin.tsx";

interface Props {
  title: string;
  text?: string;
  isWaddling?: boolean;
  /** Said aloud by screen readers when it appears. */
  isAlert?: boolean;
  testId: string;
  children?: ReactNode;
}

/** A whole page that has one thing to say. */
export function Notice({ title, text, isWaddling = false, isAlert = false, testId, children }: Props) {
  return (
    <section className={styles.notice} data-testid={testId} role={isAlert ? "alert" : undefined}>
      <div className={styles.floe}>
        <Penguin size={112} isWaddling={isWaddling} />
      </div>
      <h1>{title}</h1>
      {text !== undefined && <p className={styles.text}>{text}</p>}
      {children}
    </section>
  );
}
