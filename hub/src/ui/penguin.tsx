import styles from "./penguin.module.css";

interface Props {
  /** Edge length in pixels. */
  size: number;
  /** Walking on the spot: something is going on. Otherwise it walks only under the pointer. */
  isWaddling?: boolean;
}

/** The mark. Decoration only: whatever it means is also said in words beside it. */
export function Penguin({ size, isWaddling = false }: Props) {
  return (
    <svg
      className={styles.penguin}
      data-waddling={isWaddling || undefined}
      width={size}
      height={size}
      viewBox="0 0 64 64"
      aria-hidden="true"
      focusable="false"
    >
      <ellipse className={styles.leftFoot} cx="24" cy="58" rx="8" ry="4" />
      <ellipse className={styles.rightFoot} cx="40" cy="58" rx="8" ry="4" />
      <g className={styles.body}>
        <path className={styles.leftFlipper} d="M16 26c-6 4-9 11-8 18 5-1 9-6 10-11z" />
        <path className={styles.rightFlipper} d="M48 26c6 4 9 11 8 18-5-1-9-6-10-11z" />
        <path
          className={styles.coat}
          d="M32 4c-13 0-18 11-18 24 0 18 6 29 18 29s18-11 18-29C50 15 45 4 32 4z"
        />
        <path
          className={styles.belly}
          d="M32 20c-4-5-13-3-13 5 0 5 1 6 1 12 0 11 5 16 12 16s12-5 12-16c0-6 1-7 1-12 0-8-9-10-13-5z"
        />
        <circle className={styles.eye} cx="26" cy="25" r="2.6" />
        <circle className={styles.eye} cx="38" cy="25" r="2.6" />
        <path className={styles.beak} d="M27 30h10l-5 6z" />
      </g>
    </svg>
  );
}
