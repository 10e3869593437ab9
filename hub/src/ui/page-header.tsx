import type { ReactNode } from "react";
import { usePageTitle } from "#hub/texts/use-texts.tsx";
import styles from "./page-header.module.css";

interface Props {
  title: string;
  /** One sentence: what this page is for. */
  lead?: string;
  /** Buttons for the whole page. */
  children?: ReactNode;
}

/** The head of every page: its name (also of the browser's tab), what it is for, and what can be done here. */
export function PageHeader({ title, lead, children }: Props) {
  usePageTitle(title);
  return (
    <div className={styles.head}>
      <div className={styles.words}>
        <h1>{title}</h1>
        {lead !== undefined && <p className={styles.lead}>{lead}</p>}
      </div>
      {children !== undefined && <div className={styles.actions}>{children}</div>}
    </div>
  );
}
