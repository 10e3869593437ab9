import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { isLanguage, languages } from "#hub/texts/pick-language.ts";
import { useSpeech } from "#hub/texts/use-texts.tsx";
import { Icon } from "#hub/ui/icon.tsx";
import styles from "./shell.module.css";

/** Two plain buttons: every visit loads them, so they are not worth a part of the kit. */
export function LanguageSwitch() {
  const { language, texts, speak } = useSpeech();
  return (
    <fieldset className={styles.languages} aria-label={texts.shell.language} data-testid="language-switch">
      {Object.entries(languages).map(([tag, { name }]) => (
        <button
          key={tag}
          type="button"
          className={styles.language}
          lang={tag}
          title={name}
          aria-pressed={tag === language}
          onClick={() => isLanguage(tag) && speak(tag)}
        >
          {tag.toUpperCase()}
        </button>
      ))}
    </fieldset>
  );
}

export function ColourSwitch() {
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
