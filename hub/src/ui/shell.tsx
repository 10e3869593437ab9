import { ActionIcon, SegmentedControl, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import type { ReactNode } from "react";
import { catalogue, isLanguage } from "#hub/texts/pick-language.ts";
import { useSpeech } from "#hub/texts/use-texts.tsx";
import { Icon } from "./icon.tsx";
import { Penguin } from "./penguin.tsx";
import styles from "./shell.module.css";

function LanguageSwitch() {
  const { language, texts, speak } = useSpeech();
  return (
    <SegmentedControl
      size="xs"
      aria-label={texts.shell.language}
      data-testid="language-switch"
      classNames={{ root: styles.languages, indicator: styles.languageMark, label: styles.language }}
      value={language}
      onChange={(tag) => isLanguage(tag) && speak(tag)}
      data={Object.entries(catalogue).map(([value, { languageName }]) => ({
        value,
        label: (
          <span lang={value} title={languageName}>
            {value.toUpperCase()}
          </span>
        ),
      }))}
    />
  );
}

function ColourSwitch() {
  const { shell } = useSpeech().texts;
  // Mantine would hold transitions back with an inline style element, which the content security policy forbids.
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const isDark = useComputedColorScheme("light") === "dark";
  const label = isDark ? shell.toLight : shell.toDark;
  return (
    <ActionIcon
      variant="default"
      size="lg"
      aria-label={label}
      title={label}
      data-testid="colour-switch"
      onClick={() => setColorScheme(isDark ? "light" : "dark")}
    >
      <Icon name={isDark ? "sun" : "moon"} />
    </ActionIcon>
  );
}

/** What every page stands in: the mark, the way around, and the two switches. */
export function Shell({ path, children }: { path: string; children: ReactNode }) {
  const { texts } = useSpeech();
  const isRehearsal = path === "/" || path === "/rehearsal";
  return (
    <>
      <a className={styles.skip} href="#content">
        {texts.shell.skip}
      </a>
      <header className={styles.header}>
        <a className={styles.brand} href="/" aria-label={texts.shell.home}>
          <Penguin size={34} />
          <span className={styles.name}>{texts.product}</span>
        </a>
        <nav className={styles.navigation} aria-label={texts.shell.navigation}>
          <a href="/" aria-current={isRehearsal ? "page" : undefined}>
            {texts.shell.rehearsal}
          </a>
        </nav>
        <LanguageSwitch />
        <ColourSwitch />
      </header>
      <main id="content" className={styles.content} tabIndex={-1}>
        {children}
      </main>
    </>
  );
}
