import { type ReactNode, useId } from "react";
import styles from "./panel.module.css";

interface Props {
  title?: string;
  /** Said small under the title. */
  lead?: string | undefined;
  /** On the title's line, at the end. */
  aside?: ReactNode;
  testId?: string;
  children: ReactNode;
}

/** A sheet of ice on the page, with a heading of its own. */
export function Panel({ title, lead, aside, testId, children }: Props) {
  const id = useId();
  return (
    <section
      className={styles.panel}
      aria-labelledby={title === undefined ? undefined : id}
      data-testid={testId}
    >
      {(title !== undefined || aside !== undefined) && (
        <div className={styles.head}>
          <div>
            {title !== undefined && <h2 id={id}>{title}</h2>}
            {lead !== undefined && <p className={styles.lead}>{lead}</p>}
          </div>
          {aside}
        </div>
      )}
      {children}
    </section>
  );
}
