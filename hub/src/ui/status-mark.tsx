import { Icon, type IconName } from "./icon.tsx";
import styles from "./status-mark.module.css";

export type Tone = "good" | "warn" | "bad" | "idle" | "busy";

const icons: Record<Tone, IconName> = {
  good: "check",
  warn: "alert",
  bad: "cross",
  idle: "pause",
  busy: "clock",
};

/** A live mark: colour, shape and words say the same, so that nobody depends on one of them. */
export function StatusMark({ tone, children, testId }: { tone: Tone; children: string; testId?: string }) {
  return (
    <span className={styles.mark} data-tone={tone} data-testid={testId}>
      <span className={styles.dot}>
        <Icon name={icons[tone]} size={13} />
      </span>
      {children}
    </span>
  );
}
