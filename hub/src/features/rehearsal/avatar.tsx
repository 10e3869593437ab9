import styles from "./avatar.module.css";

const hues = 6;

/** The same name always wears the same colour. */
function hueOf(name: string): number {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return sum % hues;
}

/** A viewer's initial. Decoration: the name stands beside it. */
export function Avatar({ name, size }: { name: string; size: number }) {
  const [initial = "?"] = name;
  return (
    <span
      className={styles.avatar}
      data-hue={hueOf(name)}
      style={{ width: size, height: size, fontSize: size * 0.46 }}
      aria-hidden="true"
    >
      {initial.toUpperCase()}
    </span>
  );
}
