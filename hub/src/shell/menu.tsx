import { Link } from "@tanstack/react-router";
import { useTexts } from "#hub/texts/use-texts.tsx";
import { Icon } from "#hub/ui/icon.tsx";
import styles from "./menu.module.css";
import { type Destination, navigationGroups } from "./navigation.ts";

/** Every page this person may open, in groups. */
export function Menu({
  destinations,
  onChoose,
}: {
  destinations: readonly Destination[];
  onChoose?: () => void;
}) {
  const texts = useTexts();
  const groups = navigationGroups
    .map((group) => ({ group, entries: destinations.filter((entry) => entry.group === group) }))
    .filter(({ entries }) => entries.length > 0);
  return (
    <nav className={styles.menu} aria-label={texts.shell.navigation} data-testid="menu">
      {groups.map(({ group, entries }) => (
        <section key={group} aria-labelledby={`menu-${group}`}>
          <h2 id={`menu-${group}`}>{texts.shell.groups[group]}</h2>
          <ul>
            {entries.map(({ href, icon, label }) => (
              <li key={href}>
                <Link to={href} activeOptions={{ exact: true }} onClick={onChoose}>
                  <Icon name={icon} />
                  {label(texts)}
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}
